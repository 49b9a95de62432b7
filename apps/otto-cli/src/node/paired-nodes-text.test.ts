import { expect, it } from 'vitest';
import { pairedNodesText } from './paired-nodes-text.js';

const OURS = Date.UTC(2026, 0, 2);
const RELAYS = OURS - 3_600_000;
const NODE = { nodeId: 'n1', pairedAt: 0, lastSeenAt: RELAYS, connected: true, lastPongAt: RELAYS - 5_000 };
const NODES = [{ ...NODE, grants: [], grantCount: 0 }];

it('goes by the clock of the relay, however wrong ours is', () => {
  const text = pairedNodesText({ nodes: NODES, nodeCount: 1, now: RELAYS }, { now: OURS });

  expect(text).toMatch(/^n1 {2}connected, answered 5 s ago, paired /);
});

it('goes by ours at an older relay, which does not tell its time', () => {
  expect(pairedNodesText({ nodes: NODES, nodeCount: 1 }, { now: RELAYS })).toContain('answered 5 s ago');
});

it('says how many there are beyond the list, and what to do when there is none', () => {
  expect(pairedNodesText({ nodes: NODES, nodeCount: 3 }, { now: OURS })).toMatch(
    /\n… and 2 that were seen longer ago\.$/,
  );
  expect(pairedNodesText({ nodes: [], nodeCount: 0 }, { now: OURS })).toBe(
    'No node is paired. Start one with otto node start.',
  );
});
