import type { CommandContext } from '../context.js';

/** One thing that `otto doctor` looks at. */
export interface Check {
  readonly name: string;
  look(context: CommandContext): Promise<Finding>;
}

export interface Finding {
  /** `warn`: works, and yet somebody should know. `fail`: something does not work, or is not safe. */
  readonly level: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** The one command that mends it. */
  readonly remedy?: string;
  /** Mends it where that can do no harm. */
  readonly fix?: () => Promise<void>;
}

/** As it is told. */
export interface CheckReport {
  readonly name: string;
  readonly level: Finding['level'];
  readonly message: string;
  readonly remedy?: string;
  /** It was worse, and was mended. */
  readonly fixed?: true;
}
