import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { ConfigFile } from './config-file.js';

describe('ConfigFile', () => {
  it('is empty before anything was set', async () => {
    expect(await new ConfigFile(join(temporaryFolder(), 'config.json')).read()).toEqual({});
  });

  it('keeps what it does not change, also fields that it does not know', async () => {
    const path = join(temporaryFolder(), 'config.json');
    writeFileSync(path, JSON.stringify({ clientId: 'clt_1', theme: 'dark', accessToken: 'old' }));

    await new ConfigFile(path).update({ accessToken: undefined, nodeId: 'node_a' });

    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ clientId: 'clt_1', theme: 'dark', nodeId: 'node_a' });
  });

  it('loses nothing of what several change at once', async () => {
    const path = join(temporaryFolder(), 'config.json');
    const changes = [{ nodeId: 'n' }, { accessToken: 'a', refreshToken: 'r' }, { clientId: 'c' }, { relayUrl: 'u' }];

    await Promise.all(changes.map((change) => new ConfigFile(path).update(change)));

    expect(await new ConfigFile(path).read()).toEqual(Object.assign({}, ...changes));
  });

  it('is readable by its owner only, in a folder of its own, with no draft left', async () => {
    const home = join(temporaryFolder(), 'home');

    await new ConfigFile(join(home, 'config.json')).update({ nodeId: 'node_a' });

    expect(statSync(join(home, 'config.json')).mode & 0o777).toBe(0o600);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(readdirSync(home)).toEqual(['config.json']);
  });

  it('takes away what a process that was killed has left of it, and nothing else', async () => {
    const home = temporaryFolder();
    const path = join(home, 'config.json');
    const others = [`config.json.${process.pid}-0123abcd.tmp`, 'config.json.bak', 'other.json.1073741824-0123abcd.tmp'];
    for (const name of ['config.json.1073741824-0123abcd.tmp', ...others]) writeFileSync(join(home, name), 'secret');

    await new ConfigFile(path).update({ nodeId: 'node_a' });

    expect(readdirSync(home).sort()).toEqual(['config.json', ...others].sort());
  });

  it('tightens a file that others could read', async () => {
    const path = join(temporaryFolder(), 'config.json');
    writeFileSync(path, '{}');
    chmodSync(path, 0o644);

    await new ConfigFile(path).update({ accessToken: 'secret' });

    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each(['{', '[]', '{"nodeId": 7}'])('refuses %j and names the file', async (text) => {
    const path = join(temporaryFolder(), 'config.json');
    writeFileSync(path, text);

    await expect(new ConfigFile(path).read()).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining(path),
    });
  });

  it('leaves the old file whole when the new one cannot be written', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'config.json');
    mkdirSync(path);

    await expect(new ConfigFile(path).update({ nodeId: 'node_a' })).rejects.toThrow();

    expect(readdirSync(folder)).toEqual(['config.json']);
  });
});

describe('a folder that cannot be made', () => {
  it.skipIf(process.platform !== 'linux')('is told by its name, at once', async () => {
    const config = new ConfigFile('/proc/otto/home/config.json');

    await expect(config.update({ nodeId: 'node_a' })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining('/proc/otto/home/config.json'),
    });
  });
});
