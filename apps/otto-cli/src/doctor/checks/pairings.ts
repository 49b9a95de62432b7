import type { PairedNodesReply } from '@telepat/otto-protocol/http';
import type { CommandContext } from '../../context.js';
import { findRelay } from '../../relay/find-relay.js';
import type { Finding } from '../finding.js';

const DAY_MS = 86_400_000;

/** As long as a login lasts where nobody set it otherwise: a node that was away for longer has to be paired anew. */
const AWAY_MS_MAX = 30 * DAY_MS;

/** Whether nodes are paired that never come back. Only the owner of the relay can know. */
export async function pairings({ paths, io }: CommandContext): Promise<Finding> {
  const found = await findRelay(paths, io.signal);
  if (found.state !== 'running') return { level: 'ok', message: 'not looked at: no relay runs here' };
  const { OttoHttpApi } = await import('@telepat/otto-sdk');
  const api = new OttoHttpApi({ baseUrl: found.httpUrl, bearer: found.operatorToken });
  const { nodes, now = Date.now() } = await api.nodes.paired();
  return stalePairings(nodes, now);
}

/** What the paired nodes, and when they were there, mean at a time. */
export function stalePairings(nodes: readonly SeenNode[], now: number): Finding {
  const stale = nodes.filter(({ connected, lastSeenAt }) => !connected && now - lastSeenAt > AWAY_MS_MAX);
  const [first] = stale.toSorted((a, b) => a.lastSeenAt - b.lastSeenAt);
  if (first === undefined) return { level: 'ok', message: `${nodes.length} paired, none away for long` };
  const days = Math.floor((now - first.lastSeenAt) / DAY_MS);
  return {
    level: 'warn',
    message: `${stale.length} paired nodes were away for over 30 days, ${first.nodeId} for ${days}.`,
    remedy: `otto node remove ${first.nodeId}`,
  };
}

type SeenNode = Pick<PairedNodesReply['nodes'][number], 'nodeId' | 'connected' | 'lastSeenAt'>;
