import { destination, pino, stdTimeFunctions, type Logger } from 'pino';

/**
 * The log of the process itself: trouble with files and sockets, and bugs. What the relay does is in the operation
 * log. Lines go to stderr, unless `path` names a file.
 */
export function createDiagnostics(options: { path?: string; level?: string } = {}): Logger {
  const { path, level = 'info' } = options;
  const stream = destination({ dest: path ?? 2, sync: false, ...(path === undefined ? {} : { mkdir: true }) });
  return pino({ name: 'otto-relay', base: { pid: process.pid }, level, timestamp: stdTimeFunctions.isoTime }, stream);
}
