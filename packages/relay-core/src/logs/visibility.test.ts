import { LOG_SOURCES, LOG_TYPES, type LogEntry } from '@telepat/otto-protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleTo, type PlainViewer } from './visibility.js';

type Facts = Pick<LogEntry, 'type' | 'source' | 'requestId' | 'nodeId' | 'clientId' | 'controllerId'>;

const operator: PlainViewer = { seesAll: true, nodeIds: new Set() };
const alice: PlainViewer = { seesAll: false, clientId: 'clt_a', controllerId: 'ctl_a', nodeIds: new Set(['n1']) };
/** From approving a pairing: no client, one node. */
const paired: PlainViewer = { seesAll: false, controllerId: 'ctl_p', nodeIds: new Set(['n1']) };
const stranger: PlainViewer = { seesAll: false, nodeIds: new Set() };

/** What an entry says of whom, and whether alice, the paired controller and a stranger see it. */
const CASES: [string, Partial<Facts>, [boolean, boolean, boolean]][] = [
  ['her own', { clientId: 'clt_a', controllerId: 'ctl_a', nodeId: 'n9' }, [true, false, false]],
  ["her client's in another login", { clientId: 'clt_a', controllerId: 'ctl_z' }, [true, false, false]],
  ["the paired controller's", { controllerId: 'ctl_p', nodeId: 'n1' }, [false, true, false]],
  ["another client's at her node", { clientId: 'clt_b', nodeId: 'n1' }, [false, false, false]],
  ["another login's at her node", { controllerId: 'ctl_b', nodeId: 'n1' }, [false, false, false]],
  ["another client's under her login's name", { clientId: 'clt_b', controllerId: 'ctl_a' }, [false, false, false]],
  ['of her node and nobody', { nodeId: 'n1' }, [true, true, false]],
  ['of another node', { nodeId: 'n9' }, [false, false, false]],
  ["a node's own", { source: 'node', nodeId: 'n1' }, [true, true, false]],
  ["a node's about a request of nobody known", { source: 'node', nodeId: 'n1', requestId: 'r' }, [false, false, false]],
  [
    "a node's about her request",
    { source: 'node', nodeId: 'n1', requestId: 'r', clientId: 'clt_a' },
    [true, false, false],
  ],
  ["the relay's about a request at her node", { nodeId: 'n1', requestId: 'r' }, [true, true, false]],
  ["the relay's about nobody", {}, [true, true, true]],
  ["a controller's about nobody", { source: 'controller' }, [false, false, false]],
  ["a node's without a name", { source: 'node' }, [false, false, false]],
  ['a login refused', { type: 'auth_rejected' }, [false, false, false]],
  ['refusals that were too many', { type: 'refusals_left_out' }, [false, false, false]],
  ['an upgrade refused', { type: 'ws_upgrade_rejected' }, [false, false, false]],
  ['a frame before authentication', { type: 'unauthenticated_frame_rejected' }, [false, false, false]],
  ['an answer from the wrong node', { type: 'result_owner_mismatch', nodeId: 'n1' }, [false, false, false]],
];

describe('who sees an entry', () => {
  it.each(CASES)('%s', (_case, facts, [isHers, isPaired, isAnyones]) => {
    const entry: Facts = { type: 'error', source: 'relay', ...facts };

    expect(visibleTo(alice, entry)).toBe(isHers);
    expect(visibleTo(paired, entry)).toBe(isPaired);
    expect(visibleTo(stranger, entry)).toBe(isAnyones);
    expect(visibleTo(operator, entry)).toBe(true);
  });

  it('whatever an entry says, nobody sees what names another', () => {
    const some = (...names: string[]) => fc.option(fc.constantFrom(...names), { nil: undefined });
    const entries = fc.record({
      type: fc.constantFrom(...LOG_TYPES, 'made_up'),
      source: fc.constantFrom(...LOG_SOURCES),
      requestId: some('r1', 'r2'),
      nodeId: some('n1', 'n9'),
      clientId: some('clt_a', 'clt_b', ''),
      controllerId: some('ctl_a', 'ctl_b', 'ctl_p', ''),
    });

    fc.assert(
      fc.property(entries, fc.constantFrom(alice, paired, stranger), (raw, viewer) => {
        const entry = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined)) as Facts;
        if (!visibleTo(viewer, entry)) return;

        const { clientId, controllerId, nodeId } = entry;
        if (clientId !== undefined) expect(clientId).toBe(viewer.clientId);
        else if (controllerId !== undefined) expect(controllerId).toBe(viewer.controllerId);
        else if (nodeId !== undefined) expect(viewer.nodeIds.has(nodeId)).toBe(true);
        else expect(entry.source).toBe('relay');
      }),
      { numRuns: 2_000 },
    );
  });
});
