import { makeFrame } from '@telepat/otto-protocol';
import { expect, it } from 'vitest';
import { ManualClock } from '../testing/index.js';
import { NodeChannel } from './node-channel.js';
import { OutgoingText } from './outgoing-text.js';
import { PendingCommand, type CommandOwner } from './pending-command.js';

it('the text of a command is in memory until the command is sent, and not longer', () => {
  const sent: string[] = [];
  const link = { instanceId: undefined, send: (text: string) => void sent.push(text), bufferedBytes: () => 0 };
  const bounds = { tabQueueLimit: 5, bufferedBytesMax: 1 };
  const fail = (error: unknown) => {
    throw error;
  };
  const channel = new NodeChannel('n1', link, {
    clock: new ManualClock(),
    bounds,
    holderOf: () => undefined,
    reportBug: fail,
  });
  const running = commandOf('running');
  const waiting = commandOf('waiting');

  channel.submit(running);
  channel.submit(waiting);
  expect(sent).toEqual(['text of running']);
  expect([running.order.outgoing.isHeld, waiting.order.outgoing.isHeld]).toEqual([false, true]);

  channel.answered(makeFrame('result', { requestId: 'running', senderRole: 'node', payload: {} }), new Uint8Array());
  expect(sent).toEqual(['text of running', 'text of waiting']);
  expect(waiting.order.outgoing.isHeld).toBe(false);
});

function commandOf(requestId: string): PendingCommand {
  const outgoing = new OutgoingText(`text of ${requestId}`);
  const ids = { requestId, traceId: undefined, nodeId: 'n1', action: 'primitive.tab.navigate' };
  const place = { lane: 't1', tabSessionId: 't1', subject: undefined, waits: true };
  const terms = { timeoutMs: 1_000, readOnly: false, durable: undefined, outgoing, byteLength: 1 };
  return new PendingCommand({ ...ids, ...place, ...terms }, quietOwner(), 0);
}

/** Says yes to everything. */
function quietOwner(): CommandOwner {
  const nothing = () => undefined;
  return {
    isRelay: false,
    holders: [],
    isHolder: () => false,
    logIds: () => ({}),
    refusal: nothing,
    prepare: (_command, ready) => ready(),
    reserveQueuePlace: nothing,
    leaveQueue: nothing,
    reserveFlight: nothing,
    acknowledge: nothing,
    settle: nothing,
    released: nothing,
  };
}
