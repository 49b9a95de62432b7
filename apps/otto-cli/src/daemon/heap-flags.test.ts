import { execFileSync, spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { heapFlags } from './heap-flags.js';

it('a small heap is left to V8, but for where its objects are made', () => {
  expect(heapFlags(1024 ** 3 - 1)).toEqual(['--no-allocation-site-pretenuring']);
  expect(heapFlags(1024 ** 3)).toEqual(['--no-allocation-site-pretenuring', '--heap-growing-percent=200']);
});

it('are flags that this V8 knows', () => {
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  for (const flag of heapFlags(Infinity)) expect(known).toContain(flag.replace(/^--(no-)?/, '--').replace(/=.*/, ' '));
});

it('one that a later V8 does not know is told on stderr, and nothing worse', () => {
  const program = `require('node:v8').setFlagsFromString('--no-such-flag'); process.stdout.write('goes on')`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });

  expect({ status, stdout }).toEqual({ status: 0, stdout: 'goes on' });
  expect(stderr).toContain('no-such-flag');
});
