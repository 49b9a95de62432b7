import type { ConfigFile } from './config/config-file.js';
import type { Paths } from './config/paths.js';
import type { SecretStore } from './config/secret-store.js';
import type { Io } from './io.js';
import type { Output } from './output.js';

/** What a command may use. */
export interface CommandContext {
  readonly io: Io;
  readonly output: Output;
  readonly paths: Paths;
  readonly config: ConfigFile;
  readonly secrets: SecretStore;
  /** Of this package. */
  readonly version: string;
}
