import type { LogEvent } from '../logs/log-event.js';
import type { Clock } from './clock.js';
import type { IdGenerator } from './id-generator.js';
import type { LogArchive } from './log-archive.js';
import type { LogSink } from './log-sink.js';
import type { Secrets } from './secrets.js';
import type { Storage } from './storage.js';
import type { TokenSigner } from './token-signer.js';

/** Everything of the world that the core needs. */
export interface RelayPorts {
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly storage: Storage;
  readonly logSink: LogSink;
  /** What the sink kept; without it, the log reaches back no further than memory. */
  readonly logArchive?: LogArchive | undefined;
  /**
   * Told of each entry that the relay itself wrote, or left out because strangers provoked too many, for counting: what
   * happens is in there, and nothing that a node made up. Secrets are not left out of it yet. It is called for every step
   * of every command: it must be quick, keep nothing, and never throw.
   */
  readonly onOwnEntry?: ((event: LogEvent) => void) | undefined;
  readonly tokenSigner: TokenSigner;
  readonly secrets: Secrets;
  /** Told of a bug of our own (an error that is not an OttoError), with its stack. It never throws. */
  readonly reportBug: (error: unknown) => void;
}
