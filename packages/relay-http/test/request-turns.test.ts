import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { TURNS_PER_REQUEST, WAITING_MAX, WAITING_PER_CONNECTION_MAX } from '../src/request-turns.js';
import { openDoors, type Doors } from './doors.js';

it.each([
  ['requests', async (doors: Doors) => (await doors.get('/healthz')).status === 200],
  ['upgrades', async (doors: Doors) => (await doors.connect('/?role=controller')).isOpen],
])('between the %s of a burst there are turns of the event loop, in which commands come in', async (_name, knock) => {
  // However long the turns of this machine are.
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const doors = await openDoors();
  const turns: number[] = [];
  let turn = 0;
  doors.app.addHook('onRequest', (_request, _reply, done) => {
    turns.push(turn);
    done();
  });
  await doors.port();
  const count = (): void => {
    turn += 1;
    if (turns.length < 20) setImmediate(count);
  };
  setImmediate(count);
  const areServed = await Promise.all(Array.from({ length: 20 }, () => knock(doors)));

  expect(areServed.every(Boolean)).toBe(true);
  expect(turns).toHaveLength(20);
  // The rest of the turn in which the first one came is one of them.
  const gaps = turns.slice(1).map((at, index) => at - (turns[index] ?? 0));
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(TURNS_PER_REQUEST - 1);
});

it('who sends one request after another without waiting for answers is answered, and cut off when there are too many', async () => {
  const doors = await openDoors();
  const [patient, greedy] = [await pipeline(doors), await pipeline(doors)];

  patient.ask(1 + WAITING_PER_CONNECTION_MAX);
  while (patient.answerCount() <= WAITING_PER_CONNECTION_MAX) await once(patient.socket, 'data');
  greedy.ask(2 + WAITING_PER_CONNECTION_MAX);
  await once(greedy.socket, 'close');

  expect(greedy.answerCount()).toBeLessThan(WAITING_PER_CONNECTION_MAX);
});

it('whoever comes when too many wait is told so, and when to come again', async () => {
  const doors = await openDoors();

  const answers = await Promise.all(Array.from({ length: WAITING_MAX + 100 }, () => doors.get('/healthz')));

  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(0);
  for (const { status, headers, body } of refused) {
    expect([status, headers['retry-after'], headers['connection']]).toEqual([503, '1', 'close']);
    expect(body).toMatchObject({ code: 'too_many_sockets', message: 'Too many requests wait for their turn.' });
  }
});

/** A connection over which requests come without a pause. */
async function pipeline(doors: Doors) {
  const socket = connect(await doors.port(), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  // Cut off in the middle of its answers, it may hear of a reset.
  socket.on('error', () => undefined);
  return {
    socket,
    ask: (count: number) => socket.write('GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'.repeat(count)),
    answerCount: () => text.split('HTTP/1.1 200').length - 1,
  };
}
