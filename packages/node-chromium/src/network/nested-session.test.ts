import { describe, expect, it } from 'vitest';
import { FakeTargetSession } from '../../test/fake-target-session.js';
import { NestedSession } from './nested-session.js';
import type { TargetEvent } from './target-session.js';

function nested() {
  const parent = new FakeTargetSession();
  const events: TargetEvent[] = [];
  return { parent, events, session: new NestedSession(parent, 'inner', (event) => events.push(event)) };
}

describe('a session within a session', () => {
  it('asks through the one that it is in, and gets its own answers in whatever order', async () => {
    const { parent, session } = nested();
    const first = session.send('Network.enable');
    const second = session.send('Fetch.enable', { patterns: [] });

    session.take('{"id":2,"error":{"message":"not now"}}');
    session.take('{"id":1,"result":{"done":true}}');

    await expect(second).rejects.toThrow('not now');
    expect(await first).toEqual({ done: true });
    expect(parent.askedFor('Target.sendMessageToTarget')).toEqual([
      { sessionId: 'inner', message: '{"id":1,"method":"Network.enable"}' },
      { sessionId: 'inner', message: '{"id":2,"method":"Fetch.enable","params":{"patterns":[]}}' },
    ]);
  });

  it('tells events, and leaves alone what is neither answer nor event', () => {
    const { session, events } = nested();
    session.take('{"method":"Network.dataReceived","params":{"a":1}}');
    session.take('{"id":7,"result":{}}');
    session.take('[]');

    expect(events).toEqual([{ method: 'Network.dataReceived', params: { a: 1 } }]);
  });

  it('that has ended answers nobody, before and after', async () => {
    const { parent, session } = nested();
    const before = session.send('Network.enable');

    session.end();

    await expect(before).rejects.toMatchObject({ code: 'tab_closed' });
    await expect(session.send('Network.disable')).rejects.toMatchObject({ code: 'tab_closed' });
    expect(parent.asked).toHaveLength(1);
  });

  it('fails with the reason when what it is in cannot be asked', async () => {
    const { parent, session } = nested();
    parent.answer = () => Promise.reject(new Error('Target closed'));

    await expect(session.send('Network.enable')).rejects.toThrow('Target closed');
  });
});
