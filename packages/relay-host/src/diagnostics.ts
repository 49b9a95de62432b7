import { destination, pino, stdTimeFunctions, type Logger } from 'pino';

const STDERR = 2;

/**
 * The log of the process itself, on stderr: trouble with files and sockets, and bugs. What the relay does is in the
 * operation log.
 */
export function createDiagnostics(): Logger {
  const options = { name: 'otto-relay', base: { pid: process.pid }, timestamp: stdTimeFunctions.isoTime };
  return pino(options, destination({ dest: STDERR, sync: false }));
}
