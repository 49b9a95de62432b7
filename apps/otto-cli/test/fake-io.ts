import { tmpdir } from 'node:os';
import type { Keychain } from '../src/keychain/keychain.js';
import type { Environment, Io, TextSink } from '../src/io.js';
import { MemoryKeychain } from './memory-keychain.js';

/** A process in memory: what was printed can be read, and it can be interrupted. */
export class FakeIo implements Io {
  readonly stdout: FakeSink;
  readonly stderr: FakeSink;
  readonly isInteractive: boolean;
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly entry = 'otto.js';
  readonly cwd = tmpdir();
  readonly userFolder: string;
  readonly keychain: Keychain;
  readonly signal: AbortSignal;
  readonly #abort = new AbortController();
  readonly #input: string;

  constructor(options: FakeIoOptions = {}) {
    this.stdout = new FakeSink(options.isTty ?? false);
    this.stderr = new FakeSink(options.isTty ?? false);
    this.isInteractive = options.isTty ?? false;
    this.env = options.env ?? {};
    this.platform = options.platform ?? process.platform;
    this.userFolder = options.userFolder ?? '/nowhere';
    this.keychain = options.keychain ?? new MemoryKeychain({ problem: 'no Secret Service' });
    this.signal = this.#abort.signal;
    this.#input = options.input ?? '';
  }

  abort(reason: Error): void {
    this.#abort.abort(reason);
  }

  readInput(): Promise<string> {
    return Promise.resolve(this.#input);
  }
}

/** Remembers what was written. */
export class FakeSink implements TextSink {
  readonly isTty: boolean;
  rows: number | undefined;
  columns: number | undefined;
  text = '';

  constructor(isTty: boolean) {
    this.isTty = isTty;
  }

  write(text: string): void {
    this.text += text;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }
}

interface FakeIoOptions {
  readonly isTty?: boolean;
  readonly env?: Environment;
  readonly platform?: NodeJS.Platform;
  readonly userFolder?: string;
  readonly input?: string;
  readonly keychain?: Keychain;
}
