import type { Paths } from '../config/paths.js';
import { isAlive } from '../daemon/is-alive.js';
import { PidFile, type PidRecord } from '../daemon/pid-file.js';
import { localUrl } from './local-url.js';
import { readOperatorToken } from './operator-token.js';
import { relayHolder } from './relay-holder.js';
import { proveRelay } from './relay-proof.js';

/**
 * The relay that runs on this machine, by its pid file. A process is taken for ours only when it lives **and** proves
 * that it knows the operator token: a stale file names a pid and a port that may be anybody's by now.
 */
export async function findRelay(paths: Paths, signal?: AbortSignal): Promise<FoundRelay> {
  const found = await findByPidFile(paths, signal);
  if (found.state === 'running' || found.state === 'silent') return found;
  // Whoever holds the folder's lock runs there, whatever became of its pid file; nobody else can listen in it.
  const pid = await relayHolder(paths, signal);
  return pid === undefined ? found : { state: 'unlisted', pid };
}

async function findByPidFile(paths: Paths, signal: AbortSignal | undefined): Promise<ByPidFile> {
  const record = await new PidFile(paths.pidFile).read();
  if (record === undefined) return { state: 'stopped' };
  if (!isAlive(record.pid)) return { state: 'stale', record, reason: 'its process is gone' };

  const operatorToken = await readOperatorToken(paths.operatorToken);
  if (operatorToken === undefined) return { state: 'stale', record, reason: 'there is no operator token beside it' };
  const httpUrl = localUrl(record);
  const outcome = await proveRelay({ httpUrl, operatorToken, ...(signal === undefined ? {} : { signal }) });
  if (outcome === 'proved') return { state: 'running', record, httpUrl, operatorToken };
  if (outcome === 'silent') return { state: 'silent', record };
  const who = outcome === 'nobody' ? 'nobody listens on its port' : 'what listens on its port is not the relay';
  return { state: 'stale', record, reason: who };
}

/**
 * `silent`: the process lives and its port is taken, but it does not answer; nothing is known about it. `unlisted`: it
 * runs, or is about to, and its pid file is gone or wrong.
 */
export type FoundRelay =
  | { readonly state: 'stopped' }
  | { readonly state: 'stale'; readonly record: PidRecord; readonly reason: string }
  | { readonly state: 'silent'; readonly record: PidRecord }
  | { readonly state: 'unlisted'; readonly pid: number }
  | RunningRelay;

type ByPidFile = Exclude<FoundRelay, { state: 'unlisted' }>;

export interface RunningRelay {
  readonly state: 'running';
  readonly record: PidRecord;
  readonly httpUrl: string;
  readonly operatorToken: string;
}
