import { expect, it } from 'vitest';
import { TURNS_PER_REQUEST } from '../src/request-turns.js';
import { openDoors } from './doors.js';

it('between the requests of a burst there are turns of the event loop, so that commands come in between', async () => {
  const doors = await openDoors();
  const turns: number[] = [];
  let turn = 0;
  doors.app.addHook('onRequest', (_request, _reply, done) => {
    turns.push(turn);
    done();
  });
  await doors.app.ready();
  const count = (): void => {
    turn += 1;
    if (turns.length < 20) setImmediate(count);
  };
  setImmediate(count);
  const answers = await Promise.all(Array.from({ length: 20 }, () => doors.get('/healthz')));

  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(turns).toHaveLength(20);
  // Whether a turn is counted before or after its request begins is not said.
  const gaps = turns.slice(1).map((at, index) => at - (turns[index] ?? 0));
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(TURNS_PER_REQUEST - 1);
});
