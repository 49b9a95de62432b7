import { expect, it } from 'vitest';
import { openDoors } from './doors.js';

it('a controller learns nothing of another one that uses the same node, but that a tab is taken', async () => {
  const doors = await openDoors({ relay: { grants: { alice: ['n1', 'n2'], bob: ['n1'] } } });
  const timestamp = doors.world.clock.isoNow();
  for (const nodeId of ['n1', 'n2']) {
    const node = await doors.connect('/?role=node');
    await node.join('node', await doors.nodeToken(nodeId), { nodeId });
  }
  const join = async (clientId: string) => {
    const socket = await doors.connect('/?role=controller');
    await socket.join('controller', await doors.clientToken(clientId));
    return socket;
  };
  const [alice, bob] = [await join('alice'), await join('bob')];
  const order = (by: string, requestId: string, more: object = {}) => ({
    payload: { targetNodeId: 'n1', action: 'primitive.dom.click', replayNonce: `${by} ${requestId}`, ...more },
    fields: { requestId, timestamp, traceId: `trace-of-${by}` },
  });
  bob.send('event', { type: 'logs_subscribe' }, { requestId: 'follow' });
  const hers = order('alice', 'hers-1', { tabSessionId: 't1', payload: { text: 'private-word' } });
  alice.send('tab_lock', { targetNodeId: 'n1', tabSessionId: 't1' }, { requestId: 'hers-lock' });
  alice.send('command', hers.payload, hers.fields);
  await alice.until(() => alice.received.some(({ payload }) => payload['type'] === 'routed'));

  const tried = order('bob', 'his-1', { tabSessionId: 't1' });
  bob.send('command', tried.payload, tried.fields);
  bob.send('command_cancel', { targetRequestId: 'hers-1' }, { requestId: 'his-2' });
  bob.send('command_cancel', { targetRequestId: 'unknown' }, { requestId: 'his-3' });
  bob.send('result', { ok: true, durationMs: 1, action: 'x', commandOutcome: 'completed' }, { requestId: 'hers-1' });
  bob.send('ping', {}, { requestId: 'his-last' });
  await bob.until(() => bob.received.some(({ requestId }) => requestId === 'his-last'));

  const token = await doors.clientToken('bob');
  const asked = await Promise.all(
    ['/api/logs', '/api/nodes/connected?detail=1', '/api/pairing/pending', '/readyz'].map((url) =>
      doors.get(url, { token }),
    ),
  );
  const codes = bob.received.flatMap(({ payload }) => (payload['code'] === undefined ? [] : [payload['code']]));
  expect(codes).toEqual(['tab_locked', 'command_owner_mismatch', 'command_not_found']);
  expect(asked.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const heard = [...bob.rawReceived.map(String), ...asked.map(({ text }) => text)].join('\n');
  // What he named himself comes back to him; who she is, where else she works and what she does, never.
  expect(heard).not.toMatch(/alice|hers-lock|private-word|"n2"/);
  expect(asked[0]?.text).not.toContain('hers-1"');
  expect(alice.received.some(({ messageType }) => messageType === 'error' || messageType === 'result')).toBe(false);
});
