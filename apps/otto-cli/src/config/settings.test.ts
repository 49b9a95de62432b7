import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeIo } from '../../test/fake-io.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { run } from '../run.js';

const LOGIN = { accessToken: 'at_secret', refreshToken: 'rt_secret', clientId: 'clt_1', controllerId: 'ctl_1' };

describe('otto config', () => {
  it('shows the settings, and nothing that is secret', async () => {
    const otto = ottoWith({ ...LOGIN, relayUrl: 'wss://me:pw_secret@relay.test' });

    const all = await otto('config');
    const json = await otto('config', '--json');
    const one = await otto('config', 'get', 'relayUrl');
    const none = await otto('config', 'get', 'nodeId');

    expect(all.text).toBe(
      'relayUrl      wss://relay.test\nrelayHttpUrl  not set: made from relayUrl\nnodeId        not set: made when it is first started\n',
    );
    expect(JSON.parse(json.text)).toEqual({
      file: expect.stringContaining('config.json'),
      relayUrl: 'wss://relay.test',
      relayHttpUrl: null,
      nodeId: null,
    });
    expect([one.text, none.text]).toEqual(['wss://relay.test\n', '\n']);
    expect([all, json, one, none].map(({ text }) => text).join()).not.toContain('secret');
  });

  it('sets a setting and takes it away, and leaves the rest of the file', async () => {
    const otto = ottoWith(LOGIN);

    expect(await otto('config', 'set', 'nodeId', 'living-room')).toMatchObject({ code: 0 });
    expect(otto.file()).toEqual({ ...LOGIN, nodeId: 'living-room' });
    expect(await otto('config', 'set', 'nodeId', '')).toMatchObject({ code: 0, text: 'nodeId is not set any more.\n' });
    expect(otto.file()).toEqual(LOGIN);
  });

  it('forgets the login when the relay becomes another one, because its tokens are for nobody else', async () => {
    const otto = ottoWith({ ...LOGIN, relayUrl: 'ws://127.0.0.1:8787' });

    const same = await otto('config', 'set', 'relayUrl', 'ws://127.0.0.1:8787');
    const afterSame = otto.file();
    const other = await otto('config', 'set', 'relayUrl', 'wss://relay.test');

    expect(same).toMatchObject({ code: 0, note: '' });
    expect(afterSame).toMatchObject({ accessToken: 'at_secret' });
    expect(other.note).toContain('otto client login');
    expect(otto.file()).toEqual({ clientId: 'clt_1', controllerId: 'ctl_1', relayUrl: 'wss://relay.test' });
  });

  it.each([
    [['set', 'accessToken', 'x'], '<setting>: must be one of relayUrl, relayHttpUrl, nodeId'],
    [['get', 'refreshToken'], '<setting>: must be one of'],
    [['set', 'relayUrl', 'relay'], 'relayUrl must be an address'],
    [['set', 'relayUrl', 'ftp://relay.test'], 'relayUrl must be an address'],
    [['set', 'relayUrl', 'wss://a:b@relay.test'], 'relayUrl must not hold a password'],
    [['set', 'nodeId', 'my node'], 'nodeId must be 1 to 128'],
    [['set', 'nodeId'], "Missing required argument 'value'"],
  ])('refuses %j as wrong usage and changes nothing', async (words, message) => {
    const otto = ottoWith(LOGIN);

    const refused = await otto('config', ...words);

    expect(refused).toMatchObject({ code: 2, note: expect.stringContaining(message) });
    expect(otto.file()).toEqual(LOGIN);
  });
});

function ottoWith(config: object) {
  const home = temporaryFolder();
  const path = join(home, 'config.json');
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  const otto = async (...words: string[]) => {
    const io = new FakeIo({ env: { OTTO_HOME: home } });
    const code = await run(io, words);
    return { code, text: io.stdout.text, note: io.stderr.text };
  };
  const file = (): unknown => JSON.parse(readFileSync(path, 'utf8'));
  return Object.assign(otto, { file });
}
