import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { OttoError } from '@telepat/otto-protocol';
import type { Paths } from '../config/paths.js';
import { makeFolder } from '../config/make-folder.js';
import { unusable } from '../config/private-file.js';
import { unlessAborted } from '../interruption.js';
import type { Environment } from '../io.js';
import { findRelay, type RunningRelay } from '../relay/find-relay.js';
import { localUrl } from '../relay/local-url.js';
import { DAEMON_COMMAND } from './daemon-command.js';
import { errorOf, parseDaemonMessage, type DaemonMessage } from './daemon-message.js';
import { isAlive } from './is-alive.js';
import { PidFile, type PidRecord } from './pid-file.js';
import { StartTrouble } from './start-trouble.js';

/** A relay that has not started by then never will; stores of years load in a few seconds. */
const START_MS_MAX = 60_000;

/** A relay stops within 5 s at the most; a busy machine gets some more. */
export const STOP_MS_MAX = 15_000;

const POLL_MS = 20;

/**
 * Starts the daemon, detached from this process, and resolves when it is ready. A port given here wins over the one
 * of the environment.
 *
 * @throws OttoError with the daemon's own reason when it does not start
 */
export async function startDaemon(options: StartOptions): Promise<PidRecord> {
  const { paths } = options;
  const log = openLog(paths);
  const logStart = fstatSync(log).size;
  const child = spawn(DAEMON_COMMAND.program, DAEMON_COMMAND.words, {
    cwd: paths.home,
    env: daemonEnv(options),
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    windowsHide: true,
  });
  closeSync(log);
  const trouble = new StartTrouble(child, paths.daemonLog, logStart);
  try {
    const message = await unlessAborted(options.signal, firstMessage(child, trouble));
    if ('failed' in message) throw errorOf(message.failed);
    await Promise.race([untilReady(message.started, options.signal, trouble), trouble.ended]);
    return message.started;
  } catch (error) {
    child.kill('SIGTERM');
    throw error;
  } finally {
    trouble.letGo();
    if (child.connected) child.disconnect();
    child.unref();
  }
}

/**
 * Asks a running daemon to stop, and resolves when it has: its process is gone, or has given up everything that it
 * held. Only a relay that has proved itself is ever sent a signal.
 */
export async function stopDaemon(relay: RunningRelay, paths: Paths, signal: AbortSignal): Promise<void> {
  const { pid } = relay.record;
  process.kill(pid, 'SIGTERM');
  const deadline = performance.now() + STOP_MS_MAX;
  while (isAlive(pid) && !(await hasLetGo(pid, paths, signal))) {
    if (performance.now() > deadline) {
      const message = `The relay (pid ${pid}) has been asked to stop and still runs after ${STOP_MS_MAX / 1_000} s.`;
      throw new OttoError('internal_error', { message, actionableHint: `Look at ${paths.daemonLog}.` });
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** In a container without an init process, a process that ended can stay in the table: its pid file tells. */
async function hasLetGo(pid: number, paths: Paths, signal: AbortSignal): Promise<boolean> {
  if ((await new PidFile(paths.pidFile).read())?.pid === pid) return false;
  return (await findRelay(paths, signal)).state !== 'running';
}

function openLog({ home, daemonLog }: Paths): number {
  try {
    makeFolder(home);
    return openSync(daemonLog, 'a', 0o600);
  } catch (error) {
    throw unusable(daemonLog, error);
  }
}

function daemonEnv({ env, paths, port }: StartOptions): NodeJS.ProcessEnv {
  return {
    ...env,
    // Its current folder is another one, so paths must not depend on it.
    OTTO_HOME: paths.home,
    OTTO_LOG_DIR: paths.relay,
    ...(port === undefined ? {} : { OTTO_RELAY_PORT: String(port) }),
  };
}

/** What the daemon says first. */
function firstMessage(child: ChildProcess, trouble: StartTrouble): Promise<DaemonMessage> {
  const said = new Promise<DaemonMessage>((resolve, reject) => {
    child.on('message', (message) => {
      const parsed = parseDaemonMessage(message);
      if (parsed !== undefined) resolve(parsed);
    });
    child.once('error', (error) => {
      reject(new OttoError('start_failed', { message: `The relay could not be started: ${error.message}.` }));
    });
  });
  return Promise.race([said, trouble.ended, trouble.within(START_MS_MAX)]);
}

/** The daemon says that it has started once it listens; that it serves is for `/readyz` to say. */
async function untilReady(record: PidRecord, signal: AbortSignal, trouble: StartTrouble): Promise<void> {
  const late = AbortSignal.timeout(START_MS_MAX);
  const deadline = AbortSignal.any([signal, late]);
  const url = new URL('/readyz', localUrl(record));
  try {
    while ((await statusOf(url, deadline)) !== 200) await sleep(POLL_MS, undefined, { signal: deadline });
  } catch (error) {
    signal.throwIfAborted();
    // Nobody answers there any more: that its process has ended says why, and is heard of in a moment.
    throw await trouble.because(late.aborted ? `It is not ready after ${START_MS_MAX / 1_000} s.` : String(error));
  }
}

/** Without `fetch`, which takes longer to load than the answer takes to come. */
function statusOf(url: URL, signal: AbortSignal): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = get(url, { signal, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('error', reject);
  });
}

export interface StartOptions {
  readonly paths: Paths;
  readonly env: Environment;
  readonly port?: number | undefined;
  readonly signal: AbortSignal;
}
