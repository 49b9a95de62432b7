import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const BENCH = fileURLToPath(new URL('./start.mjs', import.meta.url));

it('the bench of the start fails for a program that is slower than the target', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'otto-bench-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const slow = join(folder, 'slow.mjs');
  writeFileSync(slow, `if (process.argv[2] === 'start') setTimeout(() => {}, 700);\n`);

  const child = spawn(process.execPath, [BENCH, '--quick', '--otto', slow], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = await once(child, 'close');

  expect(said).toContain('IS NOT UNDER 600 ms');
  expect(code).toBe(1);
});
