import type { PairedNodesReply } from '@telepat/otto-protocol/http';
import { duration } from '../status/duration.js';

/** A paired node for people: whether it is there, since when it is paired, and whom it lets in. */
export function pairedNodeLines(node: PairedNode, { now }: { now: number }): string[] {
  const { nodeId, pairedAt, origin, grants, grantCount } = node;
  const from = origin === undefined ? '' : `, ${origin}`;
  const granted = grants.map(({ clientId, name, expiresAt }) => {
    const until = expiresAt === undefined ? '' : ` until ${whenOf(expiresAt)}`;
    return `  granted to ${name} (${clientId})${until}`;
  });
  const more = grantCount > grants.length ? [`  … and to ${grantCount - grants.length} more`] : [];
  return [`${nodeId}  ${presence(node, now)}, paired ${whenOf(pairedAt)}${from}`, ...granted, ...more];
}

/** An older relay does not say when it had the last answer. */
function presence({ connected, lastPongAt, lastSeenAt }: PairedNode, now: number): string {
  if (!connected) return `last seen ${whenOf(lastSeenAt)}`;
  return lastPongAt === undefined ? 'connected' : `connected, answered ${duration(now - lastPongAt)} ago`;
}

function whenOf(at: number): string {
  return new Date(at).toLocaleString();
}

type PairedNode = PairedNodesReply['nodes'][number];
