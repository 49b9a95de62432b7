import type { LogEntry, RelayLogType } from '@telepat/otto-protocol';

/** An entry of the relay's own, before it is stamped and redacted. */
export type LogEvent = Omit<LogEntry, 'id' | 'timestamp' | 'type'> & { readonly type: RelayLogType };
