import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';

const BIN = fileURLToPath(new URL('../bin/otto.js', import.meta.url));

it('a checkout that is not built says so, in JSON where that was asked for', () => {
  const folder = temporaryFolder();
  const bin = join(folder, 'bin', 'otto.js');
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  copyFileSync(BIN, bin);

  const [text, json] = [[], ['status', '--json']].map((words) =>
    spawnSync(process.execPath, [bin, ...words], { encoding: 'utf8' }),
  );

  expect(text).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/^otto: .*npm run build/) });
  expect(json).toMatchObject({ status: 1, stderr: '' });
  expect(JSON.parse(json?.stdout ?? '')).toMatchObject({
    error: { code: 'start_failed', message: expect.any(String) },
  });
});
