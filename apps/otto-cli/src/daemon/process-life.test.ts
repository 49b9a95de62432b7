import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { livesOn, processLife } from './process-life.js';

it('knows a process again, and no other one that has its id, nor one that has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const life = await processLife(child.pid ?? 0);

  expect(await livesOn(life)).toBe(true);
  expect(await livesOn({ ...life, began: 'another time' })).toBe(process.platform === 'win32');

  child.kill('SIGKILL');
  await once(child, 'close');
  expect(await livesOn(life)).toBe(false);
});
