import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Child } from '../support/child.js';
import { TOKEN_SECRET } from '../support/relay-world.js';
import { attackWorld } from '../support/attack-world.js';
import { tempFolder } from '../support/temp-folder.js';

const RELAY = new URL('../children/relay.ts', import.meta.url);

describe.skipIf(process.platform === 'win32')('the folder of a relay, to other users of the machine', () => {
  it('is closed, with every file that the relay writes in all its life', async () => {
    const folder = join(tempFolder(), 'relay');
    const world = await attackWorld({}, folder);
    const { node, login } = await world.pairOfPeers();
    await world.post('/api/auth/refresh', { refreshToken: login.refreshToken });
    await world.grant(node, login.clientId, false);
    await world.asOperator('/api/controller/remove', login);
    await world.server.stop();
    await attackWorld({}, folder);

    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const modes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]);
    expect(modes.length).toBeGreaterThan(4);
    for (const [name, mode] of modes) expect([name, mode]).toEqual([name, 0o600]);
  });

  it('that was open is closed at the start, and its files with it', async () => {
    const folder = join(tempFolder(), 'relay');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    writeFileSync(join(folder, 'controller-acl.jsonl'), '');
    chmodSync(join(folder, 'controller-acl.jsonl'), 0o666);

    await attackWorld({}, folder);

    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'controller-acl.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('an operator token that was planted as a link is replaced, and what it points to is left alone', async () => {
    const folder = join(tempFolder(), 'relay');
    mkdirSync(folder, { mode: 0o700 });
    const target = join(tempFolder(), 'target');
    writeFileSync(target, 'untouched');
    symlinkSync(target, join(folder, 'operator.token'));

    const world = await attackWorld({}, folder);

    expect(statSync(target).size).toBe('untouched'.length);
    expect(world.operatorToken).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('two daemons', () => {
  it('on one folder: the second is refused with the pid of the first, and changes nothing there', async () => {
    const world = await attackWorld();
    const token = world.operatorToken;

    await expect(attackWorld({}, world.folder)).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringContaining(String(process.pid)) as string,
    });

    expect(world.operatorToken).toBe(token);
    expect((await world.asOperator('/api/nodes/connected')).status).toBe(200);
  });

  it('a lock whose process was killed holds nobody up, though its pid may be somebody’s by now', async () => {
    const folder = tempFolder();
    const env = { OTTO_TOKEN_SECRET: TOKEN_SECRET, OTTO_LOG_DIR: folder, OTTO_RELAY_PORT: '0' };
    const child = await Child.start(RELAY, [], env);
    await expect.poll(() => child.lines.length, { timeout: 10_000 }).toBe(1);
    await expect(attackWorld({}, folder)).rejects.toMatchObject({ code: 'start_failed' });

    await child.kill('SIGKILL');

    expect((await (await attackWorld({}, folder)).get('/healthz')).status).toBe(200);
  });
});
