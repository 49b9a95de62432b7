import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { isObject } from '@telepat/otto-protocol';
import { redactData, redactWithin } from '@telepat/otto-relay-core';

const STDERR = 2;

/** What one line may take, in bytes. */
const LINE_BYTES_MAX = 32 * 1024;

/** What waits to be written while the place of the log takes nothing, in bytes; further lines are dropped. */
const WAITING_BYTES_MAX = 1024 * 1024;

/**
 * The log of the process itself, on stderr unless told otherwise: trouble with files and sockets, and bugs. What the
 * relay does is in the operation log. No secret gets into either: errors that libraries make may quote what they were
 * given, and carry it in fields of their own.
 */
export function createDiagnostics(stream: DestinationStream = logStream(STDERR)): Logger {
  const options = { name: 'otto-relay', base: { pid: process.pid }, timestamp: stdTimeFunctions.isoTime };
  return pino({ ...options, hooks: { streamWrite: withoutSecrets } }, stream);
}

/**
 * A log that may fail: a full disk must not end the relay whose log tells of it. It is tried again with each line.
 *
 * @param fd whoever opened it closes it
 */
export function logStream(fd: number): ReturnType<typeof destination> {
  const stream = destination({ dest: fd, sync: false, maxLength: WAITING_BYTES_MAX });
  const flushSync = stream.flushSync.bind(stream);
  stream.on('error', () => {
    // At the exit of the process it would go on trying for ever.
    stream.flushSync = () => undefined;
  });
  stream.on('drain', () => {
    stream.flushSync = flushSync;
  });
  return stream;
}

/** At the last moment, when the line has everything that loggers and their children put into it. There are few lines. */
function withoutSecrets(line: string): string {
  const facts: unknown = parsed(line);
  return isObject(facts) ? `${JSON.stringify(redactData(facts, LINE_BYTES_MAX))}\n` : redactWithin(line);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Whatever it is, it is still looked through.
    return undefined;
  }
}
