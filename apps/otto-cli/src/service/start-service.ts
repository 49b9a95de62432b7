import { setTimeout as sleep } from 'node:timers/promises';
import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import type { PidRecord } from '../daemon/pid-file.js';
import { findRelay } from '../relay/find-relay.js';
import type { ServicePlan } from './service-plan.js';
import { runCommands } from './system-command.js';

/** How long the system may take to start it. */
const START_MS_MAX = 30_000;
const POLL_MS = 50;

/**
 * Lets the system start the service, and returns when its relay runs.
 *
 * @throws OttoError `service_failed` with what the system said, or when no relay runs in time
 */
export async function startService({ paths, io }: CommandContext, plan: ServicePlan): Promise<PidRecord> {
  await runCommands(io, plan.start);
  const deadline = performance.now() + START_MS_MAX;
  for (;;) {
    const found = await findRelay(paths, io.signal);
    if (found.state === 'running') return found.record;
    if (performance.now() > deadline) {
      throw new OttoError('service_failed', {
        message: `The service was started, and no relay runs after ${START_MS_MAX / 1_000} s.`,
        actionableHint: `Look at ${paths.daemonLog}.`,
      });
    }
    await sleep(POLL_MS, undefined, { signal: io.signal });
  }
}
