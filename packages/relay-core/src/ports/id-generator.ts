import type { IdPrefix } from '@telepat/otto-protocol';

/** Makes ids that nobody can guess and that never repeat: of letters, digits, `_` and `-`. */
export interface IdGenerator {
  /** A new id, such as `ctl_…`. */
  next(prefix: IdPrefix): string;
  /**
   * A new id of a log entry: sorts by time, also within one millisecond, and after every earlier one.
   * @param at when the entry was made, in epoch milliseconds
   */
  logEntryId(at: number): string;
}
