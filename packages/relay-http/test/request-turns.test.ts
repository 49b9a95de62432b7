import { expect, it } from 'vitest';
import { openDoors } from './doors.js';

it('of a burst of requests four begin in a turn of the event loop, so that commands come in between', async () => {
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
  for (const one of new Set(turns)) expect(turns.filter((other) => other === one).length).toBeLessThanOrEqual(4);
});
