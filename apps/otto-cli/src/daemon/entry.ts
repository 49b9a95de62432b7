import { OttoError } from '@telepat/otto-protocol';
import { pathsOf } from '../config/paths.js';
import { EXIT_CODES } from '../exit-codes.js';
import { Interruption } from '../interruption.js';
import { processIo } from '../process-io.js';
import { readVersion } from '../version.js';
import { keepLogBounded } from './bounded-log.js';
import { failureOf, type DaemonMessage } from './daemon-message.js';
import type { PidRecord } from './pid-file.js';
import { runRelay } from './run-relay.js';

/** stderr, which the supervisor opened on the log file. */
const LOG_FD = 2;

/** Size at which the log turns over; one older file is kept beside it. */
const LOG_BYTES_MAX = 5 * 1024 * 1024;
const LOG_LOOK_MS = 10_000;

/** The whole life of the process that `otto start` leaves running. */
export async function runDaemon(host: NodeJS.Process): Promise<void> {
  // Whatever ends the process before it has had its say is a failure.
  host.exitCode = EXIT_CODES.failure;
  // It outlives its terminal and its parent.
  const { io } = processIo(host, { signals: ['SIGINT', 'SIGTERM'], endsWithParent: false });
  try {
    const paths = pathsOf(io);
    keepLogBounded({ path: paths.daemonLog, fd: LOG_FD, bytesMax: LOG_BYTES_MAX, everyMs: LOG_LOOK_MS });
    const onStarted = (started: PidRecord) => void tell(host, { started });
    await runRelay({ env: io.env, paths, version: readVersion(), signal: io.signal, onStarted });
    if (!(io.signal.reason instanceof Interruption)) throw io.signal.reason;
    host.exit(EXIT_CODES.success);
  } catch (thrown) {
    const error = OttoError.from(thrown);
    io.stderr.write(`${lineOf(error)}\n`);
    await tell(host, { failed: failureOf(error) });
    host.exit(EXIT_CODES.failure);
  }
}

/** Resolves when it is sent, or when nobody listens any more: the supervisor may have been interrupted. */
function tell(host: NodeJS.Process, message: DaemonMessage): Promise<void> {
  return new Promise((resolve) => {
    if (host.send === undefined || !host.connected) resolve();
    else host.send(message, undefined, undefined, () => resolve());
  });
}

/** The end of the log is what `otto start` shows when nothing else is left. */
function lineOf(error: OttoError): string {
  const stack = error.cause instanceof Error ? `\n${error.cause.stack ?? error.cause.message}` : '';
  return `${new Date().toISOString()} ${error.code}: ${error.message}${stack}`;
}
