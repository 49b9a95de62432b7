import { closeSync, openSync, statSync, truncateSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HAS_NAMESPACES } from './has-namespaces.js';
import { homeForTest } from './otto-home.js';
import { OTTO, OttoRun } from './otto-run.js';
import { SmallDisk } from './small-disk.js';

describe.skipIf(process.platform !== 'linux')('where there is no room for the log of the relay', () => {
  it('the relay runs on, and ends in order', async () => {
    const home = homeForTest();
    const full = openSync('/dev/full', 'w');
    // It warns of the address as soon as it starts.
    const env = { ...home.env, OTTO_RELAY_HOST: '0.0.0.0' };
    const [program = '', ...args] = [...OTTO, 'start', '--attached', '--json'];
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', full] });
    closeSync(full);
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = await once(child.stdout ?? child, 'data');
    const { port } = JSON.parse(String(line));

    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');

    expect(ready.status).toBe(200);
    expect(code).toBe(0);
  });
});

describe.skipIf(process.platform !== 'linux')('where the disk has no room for what is printed', () => {
  it.each([[['--help']], [['status', '--json']], [['commands', 'template']]])(
    'otto %j fails, and says so',
    async (words) => {
      const home = homeForTest();
      const full = openSync('/dev/full', 'w');
      const [program = '', ...args] = [...OTTO, ...words];

      const child = spawn(program, args, { env: home.env, stdio: ['ignore', full, 'pipe'] });
      closeSync(full);
      let stderr = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      const [code] = await once(child, 'close');

      expect(code).toBe(1);
      expect(stderr).toMatch(/^otto: the output could not be written: .*ENOSPC/);
    },
  );

  it.skipIf(!HAS_NAMESPACES)('a file that gets a part of it is no success', async () => {
    const home = homeForTest();
    const file = ['sh', '-c', 'exec "$@" >"$OUT"', 'sh'];
    const disk = await SmallDisk.mount(1);
    onTestFinished(() => disk.close());
    const print = (out: string) =>
      new OttoRun(['completion', 'bash'], {
        env: { ...home.env, OUT: join(disk.folder, out) },
        cwd: home.folder,
        otto: [...disk.through, ...file, ...OTTO],
      }).ended;
    const whole = await print('whole');
    disk.fill();
    // Room for a page of it.
    truncateSync(disk.path('filler'), statSync(disk.path('filler')).size - 4_096);

    const part = await print('part');

    expect(whole).toMatchObject({ code: 0 });
    expect(statSync(disk.path('whole')).size).toBeGreaterThan(4_096);
    expect(statSync(disk.path('part')).size).toBe(4_096);
    expect(part).toMatchObject({ code: 1, stderr: expect.stringContaining('the output could not be written') });
  });
});
