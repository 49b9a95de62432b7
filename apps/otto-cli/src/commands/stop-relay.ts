import { setTimeout as sleep } from 'node:timers/promises';
import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import { isAlive } from '../daemon/is-alive.js';
import { STOP_MS_MAX, stopDaemon } from '../daemon/supervisor.js';
import { findRelay } from '../relay/find-relay.js';
import { relayHolder } from '../relay/relay-holder.js';
import { silentRelay } from '../relay/silent-relay.js';

const POLL_MS = 50;

/**
 * Stops the relay of this machine; undefined when none runs.
 *
 * @throws OttoError `not_running` when a process has the relay's pid and port, but does not prove that it is the relay
 */
export async function stopRelay(context: CommandContext): Promise<StoppedRelay | undefined> {
  const { paths, io, output } = context;
  const found = await findRelay(paths, io.signal);
  switch (found.state) {
    case 'running':
      await stopDaemon(found, paths, io.signal);
      return found.record;
    case 'unlisted':
      await stopUnlisted(context, found.pid);
      return { pid: found.pid };
    case 'silent': {
      const { message, hint: actionableHint } = silentRelay(found.record, io.platform);
      throw new OttoError('not_running', { message, actionableHint });
    }
    case 'stale':
      output.note(`otto: the last relay did not stop in order (${found.reason}).`);
      return undefined;
    case 'stopped':
      return undefined;
  }
}

/** A relay whose pid file is lost: that it is one, the lock of the folder has shown. */
async function stopUnlisted({ paths, io }: CommandContext, pid: number): Promise<void> {
  // The name of a pipe is free for anybody; a socket in the relay's folder is not.
  if (io.platform === 'win32') {
    throw new OttoError('not_running', {
      message: `Process ${pid} says that it is the relay of ${paths.relay}, but its pid file is gone or wrong.`,
      actionableHint: `See what it is, and end it with taskkill /F /PID ${pid}.`,
    });
  }
  process.kill(pid, 'SIGTERM');
  const deadline = performance.now() + STOP_MS_MAX;
  while (isAlive(pid) && (await relayHolder(paths, io.signal)) === pid) {
    if (performance.now() > deadline) {
      const message = `The relay (pid ${pid}) has been asked to stop and still runs after ${STOP_MS_MAX / 1_000} s.`;
      throw new OttoError('internal_error', { message, actionableHint: `Look at ${paths.daemonLog}.` });
    }
    await sleep(POLL_MS, undefined, { signal: io.signal });
  }
}

export interface StoppedRelay {
  readonly pid: number;
  /** Where it listened, if that was known. */
  readonly port?: number;
}
