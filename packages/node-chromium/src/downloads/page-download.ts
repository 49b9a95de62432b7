import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DownloadEnd, DriverDownload } from '@telepat/otto-node-runtime';
import { OttoError } from '@telepat/otto-protocol';
import { DOWNLOAD_BYTES_MAX } from '@telepat/otto-protocol/limits';
import type { DownloadBudget } from './download-budget.js';
import { mimeTypeOf } from './mime-type-of.js';

/** One file that the browser downloads into a folder of ours, where it has the id of the download for a name. */
export class PageDownload implements DriverDownload {
  readonly fileName: string;
  readonly url: string;
  readonly #path: string;
  readonly #cancel: () => Promise<void>;
  #state: DownloadEnd | { readonly state: 'in_progress' } = { state: 'in_progress' };
  #ended: Promise<DownloadEnd>;
  #settle: (end: DownloadEnd) => void = () => {};
  /** Undefined while nothing is known of whose it is: what a user downloads has no limit. */
  #budget: DownloadBudget | undefined;
  #byteLength = 0;
  /** What it takes of the budget. */
  #heldBytes = 0;
  #isDiscarded = false;

  constructor({ guid, fileName, url, folder, cancel }: DownloadParts) {
    this.fileName = fileName;
    this.url = url;
    this.#path = join(folder, guid);
    this.#cancel = cancel;
    this.#ended = new Promise((resolve) => (this.#settle = resolve));
  }

  /** Where the whole file is, when it is completed. */
  get path(): string {
    return this.#path;
  }

  get ended(): Promise<DownloadEnd> {
    return this.#ended;
  }

  state(): DownloadEnd | { readonly state: 'in_progress' } {
    return this.#state;
  }

  /** From here on it may take as much as downloads of pages may; one that is complete and takes more has failed. */
  limit(budget: DownloadBudget): void {
    this.#budget = budget;
    this.#weigh();
  }

  /** What the browser tells of it. */
  onProgress(progress: Progress): void {
    if (this.#state.state === 'in_progress') this.#follow(progress);
    // It may have been completed before it could be cancelled.
    if (progress.state !== 'inProgress' && this.#state.state === 'failed') void this.#remove();
  }

  async bytes(): Promise<Uint8Array> {
    try {
      return await readFile(this.#path);
    } catch (cause) {
      throw new OttoError('download_failed', { message: 'The file is not there any more.' }, { cause });
    }
  }

  async discard(): Promise<void> {
    if (this.#isDiscarded) return;
    this.#isDiscarded = true;
    await this.giveUp('It was discarded.');
    this.#hold(0);
    await this.#remove();
  }

  /** Ends it before its end, if that has not come. */
  async giveUp(reason: string): Promise<void> {
    if (this.#state.state !== 'in_progress') return;
    this.#end({ state: 'failed', reason });
    await this.#cancel().catch(alreadyOver);
  }

  #follow({ receivedBytes, totalBytes, state }: Progress): void {
    this.#byteLength = Math.max(receivedBytes, totalBytes);
    this.#weigh();
    if (this.#state.state !== 'in_progress') return;
    if (state === 'completed') {
      const mimeType = mimeTypeOf(this);
      this.#end({ state: 'completed', byteLength: receivedBytes, mimeType });
    }
    if (state === 'canceled') this.#end({ state: 'failed', reason: BROKEN_OFF });
  }

  /** What is announced counts as well: a download that cannot fit is not even begun. */
  #weigh(): void {
    if (this.#budget === undefined || this.#state.state === 'failed') return;
    if (this.#byteLength > DOWNLOAD_BYTES_MAX) void this.#refuse(TOO_LARGE);
    else if (!this.#hold(this.#byteLength)) void this.#refuse(TOO_MANY);
  }

  async #refuse(reason: string): Promise<void> {
    if (this.#state.state === 'in_progress') return this.giveUp(reason);
    // It was complete before anybody knew whose it is.
    const end = { state: 'failed', reason } as const;
    this.#end(end);
    this.#ended = Promise.resolve(end);
    await this.#remove();
  }

  #end(end: DownloadEnd): void {
    this.#state = end;
    if (end.state === 'failed') this.#hold(0);
    this.#settle(end);
  }

  #hold(bytes: number): boolean {
    if (this.#budget === undefined) return true;
    const fits = this.#budget.change({ from: this.#heldBytes, to: bytes });
    if (fits) this.#heldBytes = bytes;
    return fits;
  }

  async #remove(): Promise<void> {
    // What is left goes with the folder.
    const paths = [this.#path, `${this.#path}.crdownload`];
    await Promise.all(paths.map((path) => rm(path, { force: true }).catch(alreadyOver)));
  }
}

const MIB = 1024 * 1024;
const TOO_LARGE = `It is larger than ${DOWNLOAD_BYTES_MAX / MIB} MiB.`;
const TOO_MANY = 'The downloads that the node keeps take all the room that they may.';
const BROKEN_OFF = 'The browser gave it up: the connection broke off, or the file could not be written.';

/** It came to its end meanwhile, or the browser did. */
function alreadyOver(): void {}

interface DownloadParts {
  readonly guid: string;
  readonly fileName: string;
  readonly url: string;
  /** Where the browser puts it. */
  readonly folder: string;
  /** Makes the browser end it. */
  cancel(): Promise<void>;
}

interface Progress {
  readonly receivedBytes: number;
  /** Zero when nobody knows. */
  readonly totalBytes: number;
  readonly state: 'inProgress' | 'completed' | 'canceled';
}
