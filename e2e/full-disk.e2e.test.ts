import { closeSync, existsSync, openSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { namespaceProblem, needsNamespaces } from './needs-namespaces.js';
import { homeForTest, OttoHome } from './otto-home.js';
import { OTTO, OttoRun } from './otto-run.js';
import { ScriptedNode } from './scripted-node.js';
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

  it('a file that gets a part of it is no success', async (context) => {
    needsNamespaces(context);
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

describe('a controller whose home is on a disk that takes nothing', () => {
  let disk: SmallDisk;
  let relay: OttoHome;
  let home: OttoHome;
  let node: ScriptedNode;
  let clientId = '';

  beforeAll(async () => {
    if (namespaceProblem() !== '') return;
    relay = new OttoHome();
    disk = await SmallDisk.mount(1);
    home = new OttoHome({ OTTO_HOME: disk.folder }, [...disk.through, ...OTTO]);
    const url = `http://127.0.0.1:${String((await relay.json(['start']))['port'])}`;
    await home.json(['config', 'set', 'relayUrl', url]);
    clientId = String((await home.json(['client', 'register', '--name', 'Small']))['clientId']);
    await home.json(['client', 'login']);
    node = await ScriptedNode.pair(url, 'n1', (code) => relay.json(['pair', code]));
    await node.grant(clientId);
  });

  beforeEach(needsNamespaces);

  afterAll(async () => {
    node?.close();
    await home?.close();
    await disk?.close();
    await relay?.close();
  });

  it('keeps what it has on a full disk, asks for nothing that it could not keep, and is told to make room', async () => {
    const before = readFileSync(disk.path('config.json'), 'utf8');
    writeFileSync(disk.path('picture.png'), 'the picture of before');
    disk.fill();

    const login = await home.json(['client', 'login']);
    const register = await home.json(['client', 'register', '--name', 'Never']);
    const service = await home.json(['service', 'install'], unitOnDisk());
    const picture = home.start([
      'screenshot',
      '--node-id',
      'n1',
      '--tab-session',
      't1',
      '-o',
      disk.path('picture.png'),
    ]);
    node.answer(await node.command(), { action: 'primitive.page.screenshot', data: PICTURE });
    const pictureEnded = await picture.ended;
    disk.empty();

    for (const refused of [login, register, service]) {
      expect(refused).toMatchObject({
        code: 1,
        error: {
          code: 'invalid_configuration',
          message: expect.stringContaining(`${disk.folder}/`),
          hint: expect.stringContaining(`df -h ${disk.folder}`),
        },
      });
    }
    expect(readFileSync(disk.path('config.json'), 'utf8')).toBe(before);
    expect(await relay.json(['client', 'register', '--name', 'Never'])).toMatchObject({ code: 0 });
    expect(pictureEnded).toMatchObject({ code: 1, stderr: expect.stringMatching(/The picture was taken.*ENOSPC/) });
    expect(readFileSync(disk.path('picture.png'), 'utf8')).toBe('the picture of before');
  });

  it('works from a read-only disk, also with a login that it cannot keep', async () => {
    const { clientSecret } = JSON.parse(readFileSync(disk.path('client-secret.json'), 'utf8'));
    const config = { ...JSON.parse(readFileSync(disk.path('config.json'), 'utf8')), nodeId: 'n2' };
    writeFileSync(disk.path('config.json'), JSON.stringify(config));
    const outdated = { ...config, accessToken: undefined, refreshToken: 'rt_of_long_ago' };
    const inEnv = { OTTO_CONTROLLER_CLIENT_SECRET: clientSecret };
    const note = /^otto: the new login is not kept: .*EROFS.* The next command logs in anew\.$/m;

    disk.remount('ro');
    const kept = await clicked();
    const refused = await home.json(['client', 'register', '--name', 'Nowhere']);
    const { requestId } = JSON.parse(kept.stdout);
    const others = await Promise.all([
      ...[['status'], ['config'], ['client', 'status'], ['explain', requestId]].map((words) => home.json(words)),
    ]);
    const { checks } = await home.json(['doctor']);
    const noRelay = await home.json(['start']);
    const noNode = (await home.run(['node', 'start', '--headless', '--json'])).stdout;
    const noService = await home.json(['service', 'install'], unitOnDisk());
    disk.remount('rw');
    writeFileSync(disk.path('config.json'), JSON.stringify(outdated));
    disk.remount('ro');
    const [first, second] = [await clicked(inEnv), await clicked(inEnv)];
    disk.remount('rw');

    expect(kept).toMatchObject({ code: 0, stderr: '' });
    const elsewhere = {
      code: 1,
      error: { hint: 'The disk is read-only: set OTTO_HOME to a folder where you may write.' },
    };
    expect(refused).toMatchObject(elsewhere);
    expect(noRelay).toMatchObject(elsewhere);
    expect(others.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'folders', level: 'fail', remedy: elsewhere.error.hint }),
    );
    expect(JSON.parse(noNode)).toMatchObject({ error: { ...elsewhere.error, code: 'invalid_configuration' } });
    expect(noService).toMatchObject({ code: 1, error: { hint: expect.stringContaining('without a service') } });
    // Nothing of the first login is left for the second one to fall over.
    expect(first).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"ok":true'),
      stderr: expect.stringMatching(note),
    });
    expect(second).toMatchObject({ code: 0, stderr: expect.stringMatching(note) });
  });

  /** The unit is written to the disk, and nothing else. */
  function unitOnDisk(): Record<string, string> {
    return { XDG_CONFIG_HOME: join(disk.folder, 'config'), OTTO_HOME: relay.folder };
  }

  async function clicked(env: Record<string, string> = {}) {
    const words = ['cmd', 'primitive.dom.click', '--node-id', 'n1', '--tab-session', 't1', '--json'];
    const run = home.start(words, env);
    node.answer(await node.command());
    return run.ended;
  }
});

describe('a relay whose disk is full', () => {
  beforeEach(needsNamespaces);

  it('does not start, and names the file; when it runs already it says so, and runs on', async () => {
    const disk = await SmallDisk.mount(1);
    onTestFinished(() => disk.close());
    const home = new OttoHome({ OTTO_HOME: disk.folder }, [...disk.through, ...OTTO]);
    onTestFinished(() => home.close());

    disk.fill();
    const refused = await home.json(['start']);
    const hasPidFile = existsSync(disk.path('relay', 'relay.pid'));
    disk.empty();
    const started = await home.json(['start']);
    disk.fill();
    const url = `http://127.0.0.1:${String(started['port'])}`;
    await expect
      .poll(
        async () => {
          // What is logged now has no place, once the last block of the file is full.
          for (let count = 0; count < 20; count += 1) await askToPair(url, `n${count}`);
          return (await home.json(['status']))['warnings'];
        },
        { timeout: 60_000 },
      )
      .toContainEqual(expect.stringMatching(/operation log cannot be written.*disk is full.* Run: df -h /));
    const ready = await fetch(`${url}/readyz`);
    const stopped = await home.json(['stop']);

    expect(refused).toMatchObject({ code: 1, error: { message: expect.stringMatching(/ENOSPC|disk is full/) } });
    expect(JSON.stringify(refused)).toContain(disk.folder);
    expect(hasPidFile).toBe(false);
    expect(started).toMatchObject({ code: 0, outcome: 'started' });
    expect(await ready.json()).toMatchObject({ status: 'degraded' });
    expect(stopped).toMatchObject({ code: 0, outcome: 'stopped' });
  });
});

async function askToPair(url: string, nodeId: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await fetch(`${url}/api/pairing/request`, { method: 'POST', headers, body: JSON.stringify({ nodeId }) });
}

const PICTURE = {
  sourceUrl: 'https://example.com/',
  mode: 'viewport',
  format: 'png',
  mimeType: 'image/png',
  width: 1,
  height: 1,
  byteLength: 12_000,
  contentBase64: Buffer.alloc(12_000).toString('base64'),
  downscaled: false,
};
