import { expect, it } from 'vitest';
import { Interruption } from '../src/interruption.js';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { relayInProcess } from './relay-in-process.js';

it('otto logs follow --since begins with all that was logged from then on', async () => {
  const { env } = await relayInProcess();
  const otto = async (...words: string[]) => {
    const io = new FakeIo({ env });
    await run(io, words);
    return io.stdout.text.trim().split('\n');
  };
  await otto('client', 'register', '--name', 'Early', '--json');
  const before = (await otto('logs', 'list', '--json')).map((line) => JSON.parse(line));
  const from = new Date(Date.parse(before.at(-1).timestamp) + 1).toISOString();
  await otto('client', 'register', '--name', 'Late', '--json');
  await otto('client', 'register', '--name', 'Later', '--json');
  const after = (await otto('logs', 'list', '--json')).map((line) => JSON.parse(line)).slice(before.length);

  const following = new FakeIo({ env });
  const followed = run(following, ['logs', 'follow', '--since', from, '--json']);
  await expect.poll(() => following.stdout.text.split('\n').length).toBeGreaterThan(after.length);
  following.abort(new Interruption('SIGINT'));

  expect(await followed).toBe(130);
  const ids = following.stdout.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).id);
  expect(after.length).toBeGreaterThan(1);
  expect(ids).toEqual(after.map(({ id }) => id));
});
