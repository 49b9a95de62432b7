import type { DownloadEnd, DriverDownload } from '../ports.js';

/** A download in memory; it is on its way until the test ends it. */
export class ScriptedDownload implements DriverDownload {
  readonly fileName: string;
  readonly url: string;
  readonly ended: Promise<DownloadEnd>;
  isDiscarded = false;
  #state: ReturnType<DriverDownload['state']> = { state: 'in_progress' };
  #bytes = new Uint8Array();
  #settle: (end: DownloadEnd) => void = () => {};

  constructor({
    fileName = 'file.txt',
    url = 'https://a.test/file.txt',
  }: Partial<Pick<DriverDownload, 'fileName' | 'url'>>) {
    this.fileName = fileName;
    this.url = url;
    this.ended = new Promise((resolve) => (this.#settle = resolve));
  }

  state(): ReturnType<DriverDownload['state']> {
    return this.#state;
  }

  complete(bytes: Uint8Array<ArrayBuffer>, mimeType = 'text/plain', byteLength = bytes.byteLength): this {
    this.#bytes = bytes;
    return this.#end({ state: 'completed', byteLength, mimeType });
  }

  fail(reason: string): this {
    return this.#end({ state: 'failed', reason });
  }

  bytes(): Promise<Uint8Array> {
    if (this.isDiscarded) return Promise.reject(new Error('it was discarded'));
    return Promise.resolve(this.#bytes);
  }

  discard(): Promise<void> {
    this.isDiscarded = true;
    if (this.#state.state === 'in_progress') this.fail('It was discarded.');
    return Promise.resolve();
  }

  #end(end: DownloadEnd): this {
    this.#state = end;
    this.#settle(end);
    return this;
  }
}
