import { setTimeout as sleep } from 'node:timers/promises';
import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import { throwUnlessAskedToEnd } from '../interruption.js';
import type { PidRecord } from '../daemon/pid-file.js';
import { runRelay } from '../daemon/run-relay.js';
import { startDaemon } from '../daemon/supervisor.js';
import { findRelay } from '../relay/find-relay.js';
import { localUrl } from '../relay/local-url.js';
import { relayHolder } from '../relay/relay-holder.js';
import { silentRelay } from '../relay/silent-relay.js';
import { ownService } from '../service/own-service.js';
import { versionWarning } from '../status/version-warning.js';
import { withRemedy } from '../status/warning-remedy.js';

/** How long a relay that somebody else has started may take until it runs. */
const OTHER_START_MS_MAX = 10_000;
const OTHER_START_POLL_MS = 50;

/** What `start` and `restart` have in common: a relay runs afterwards, and where is told. */
export async function startRelay(context: CommandContext, options: StartRelayOptions): Promise<void> {
  const { paths, io, version } = context;
  const found = await findStartable(context);
  if (found !== undefined) {
    tellRelay(context, 'already_running', found);
    noteOtherVersion(context, found);
    return;
  }
  const { port } = options;
  if (options.attached) {
    const env = { ...io.env, ...(port === undefined ? {} : { OTTO_RELAY_PORT: String(port) }) };
    const onStarted = (record: PidRecord) => tellRelay(context, 'started', record);
    await runRelay({ paths, env, version, signal: io.signal, onStarted });
    throwUnlessAskedToEnd(io.signal.reason);
    return;
  }
  const { outcome, record } = await startDetached(context, port);
  tellRelay(context, outcome, record);
}

/**
 * Makes sure that a relay runs in the background. One that runs already may be on another port.
 *
 * @throws OttoError `start_failed` and the daemon's own reasons
 */
export async function ensureRelay(context: CommandContext, port: number | undefined): Promise<EnsuredRelay> {
  const found = await findStartable(context);
  if (found === undefined) return startDetached(context, port);
  noteOtherVersion(context, found);
  return { outcome: 'already_running', record: found };
}

/** The relay that runs; undefined when one may be started. */
async function findStartable({ paths, io, output }: CommandContext): Promise<PidRecord | undefined> {
  const found = await findRelay(paths, io.signal);
  if (found.state === 'running') return found.record;
  if (found.state === 'silent') {
    const { message, hint: actionableHint } = silentRelay(found.record, io.platform);
    throw new OttoError('start_failed', { message, actionableHint });
  }
  if (found.state === 'stale') output.note(`otto: the last relay did not stop in order (${found.reason}).`);
  return undefined;
}

async function startDetached(context: CommandContext, port: number | undefined): Promise<EnsuredRelay> {
  const { paths, io } = context;
  try {
    const record = await startDaemon({ paths, env: io.env, port, signal: io.signal });
    await noteService(context);
    return { outcome: 'started', record };
  } catch (error) {
    io.signal.throwIfAborted();
    const faster = await untilOtherRuns(context);
    if (faster === undefined) throw error;
    return { outcome: 'already_running', record: faster };
  }
}

/** Whoever has made it a service expects that the system looks after it. */
async function noteService(context: CommandContext): Promise<void> {
  if ((await ownService(context)) === undefined) return;
  context.output.note(
    'otto: this relay is not your service, which is stopped. To run that again: otto service install',
  );
}

/** Of two starts at once, the second one finds the folder taken by a relay that may still be loading its stores. */
async function untilOtherRuns({ paths, io }: CommandContext): Promise<PidRecord | undefined> {
  const deadline = performance.now() + OTHER_START_MS_MAX;
  for (;;) {
    const found = await findRelay(paths, io.signal);
    if (found.state === 'running') return found.record;
    if (performance.now() > deadline || (await relayHolder(paths, io.signal)) === undefined) return undefined;
    await sleep(OTHER_START_POLL_MS, undefined, { signal: io.signal });
  }
}

/** Says that a relay runs, and where. */
export function tellRelay(context: CommandContext, outcome: 'started' | 'already_running', record: PidRecord): void {
  const { port, pid, version } = record;
  const what = outcome === 'started' ? 'The relay listens' : 'The relay already runs';
  context.output.answer(
    { outcome, port, pid, version },
    `${what} on ${localUrl(record)} (pid ${pid}, version ${version}).`,
  );
}

/** An update of the package does not touch the relay that runs. */
function noteOtherVersion({ output, paths, version }: CommandContext, record: PidRecord): void {
  const warning = versionWarning({ own: version, relay: record.version });
  if (warning !== undefined) output.note(`otto: ${withRemedy(warning, paths.relay)}`);
}

export interface EnsuredRelay {
  readonly outcome: 'started' | 'already_running';
  readonly record: PidRecord;
}

export interface StartRelayOptions {
  readonly port?: number | undefined;
  readonly attached: boolean;
}
