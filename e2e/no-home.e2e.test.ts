import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { needsNamespaces } from './needs-namespaces.js';
import { homeForTest } from './otto-home.js';
import { OTTO, OttoRun, type Ended } from './otto-run.js';

/** A user of whom the system knows nothing, as in a container with `user: 12345`. */
const NOBODY = ['unshare', '--user', '--map-user=12345', 'env', '-u', 'HOME'];

/** In a folder that somebody takes away meanwhile. */
const NOWHERE = ['sh', '-c', 'mkdir gone && cd gone && rmdir ../gone && exec "$@"', 'sh'];

describe('a user without a home folder', () => {
  beforeEach(needsNamespaces);

  it('gets help, and is told by every other command to set OTTO_HOME', async () => {
    const help = await otto(NOBODY, ['--help'], {});
    const status = await otto(NOBODY, ['status', '--json'], {});

    expect(help).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: otto/) });
    expect(status.code).toBe(1);
    expect(JSON.parse(status.stdout)).toEqual({
      error: expect.objectContaining({
        code: 'invalid_configuration',
        message: 'This user has no home folder.',
        hint: 'Set OTTO_HOME to a folder of your own.',
      }),
    });
  });

  it('with OTTO_HOME has a relay and a browser like anybody else', async () => {
    const home = homeForTest();
    const env = { OTTO_HOME: home.folder, OTTO_RELAY_PORT: '0' };

    const started = await otto(NOBODY, ['start', '--json'], env);
    const node = ottoRun(NOBODY, ['node', 'start', '--headless', '--json'], env);
    await node.said(/"event":"ready"/);
    const doctor = await otto(NOBODY, ['doctor', '--json'], env);
    node.signal('SIGTERM');
    const nodeEnded = await node.ended;
    const stopped = await otto(NOBODY, ['stop', '--json'], env);

    expect(started, started.stdout + started.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(doctor.stdout)).toMatchObject({ checks: expect.any(Array) });
    expect(nodeEnded, nodeEnded.stdout + nodeEnded.stderr).toMatchObject({ code: 0 });
    expect(stopped, stopped.stdout + stopped.stderr).toMatchObject({ code: 0, stdout: '{"outcome":"stopped"}\n' });
  });
});

describe.skipIf(process.platform === 'win32')('where folders are missing', () => {
  it('an empty HOME is refused, so that nothing secret ends up in the current folder', async () => {
    const status = await otto([], ['status', '--json'], { HOME: '' });

    expect(status.code).toBe(1);
    expect(status.stdout).toContain('"hint":"Set OTTO_HOME to a folder of your own."');
  });

  it('a current folder that is gone is named by what needs it, and nothing else minds', async () => {
    const home = homeForTest();
    const env = { OTTO_HOME: home.folder };

    expect(await otto(NOWHERE, ['status', '--json'], env)).toMatchObject({ code: 0 });
    const payload = await otto(NOWHERE, ['cmd', 'primitive.tab.open', '--payload', '@x', '--json'], env);
    const relative = await otto(NOWHERE, ['status', '--json'], { OTTO_HOME: 'otto' });

    for (const { code, stdout } of [payload, relative]) {
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ error: { message: 'The current folder is gone.' } });
    }
  });
});

/** One run to its end, in an environment that is given and nothing else of Otto. */
function otto(...run: Parameters<typeof ottoRun>): Promise<Ended> {
  return ottoRun(...run).ended;
}

function ottoRun(through: readonly string[], words: readonly string[], env: Record<string, string>): OttoRun {
  const cwd = mkdtempSync(join(tmpdir(), 'otto-e2e-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const bare = { PATH: process.env['PATH'] ?? '', HOME: cwd };
  return new OttoRun(words, { env: { ...bare, ...env }, cwd, otto: [...through, ...OTTO] });
}
