import type { Keychain } from './keychain/keychain.js';
import type { Interruption } from './interruption.js';

/** The process as commands see it, so that tests can give their own. */
export interface Io {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Whether somebody sits there: questions can be asked and answered. */
  readonly isInteractive: boolean;
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** The file that this program was started with, to start it again beside. */
  readonly entry: string;
  /**
   * The current folder.
   * @throws OttoError `invalid_configuration` when it is gone
   */
  readonly cwd: string;
  /** The user's own folder; some users have none. */
  readonly userFolder: string | undefined;
  readonly keychain: Keychain;
  /** Aborted by Ctrl+C and its like; the reason is an {@link Interruption} or, after a crash, the error. */
  readonly signal: AbortSignal;
  /** All of standard input, at most `bytesMax`. */
  readInput(bytesMax: number): Promise<string>;
}

export interface TextSink {
  readonly isTty: boolean;
  /** How many lines a terminal shows now; undefined where that is not known. */
  readonly rows?: number | undefined;
  /** How wide it is now. */
  readonly columns?: number | undefined;
  write(text: string): void;
  /** Resolves when the reader has room for more: for output that is longer than memory should hold. */
  drained(): Promise<void>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Why a command's signal is aborted. */
export type AbortReason = Interruption | Error;
