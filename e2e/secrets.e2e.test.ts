import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { homeForTest, type OttoHome } from './otto-home.js';

describe('secrets', () => {
  it.skipIf(process.platform !== 'linux')(
    'go to a file where the system has no keychain; it is said once',
    async () => {
      const home = homeForTest({ OTTO_KEYCHAIN: '1', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' });
      await home.json(['start']);

      const registered = await home.run(['client', 'register', '--name', 'laptop']);
      const login = await home.run(['client', 'login']);

      expect(registered.code).toBe(0);
      expect(registered.stderr).toMatch(
        /^otto: no keychain works here \(.+\); the secret is in .*client-secret\.json, .*\n$/,
      );
      expect(login).toMatchObject({ code: 0, stderr: '' });
      expect(home.file('client-secret.json')).toContain('cs_');
    },
  );

  it('are in no output and on no command line', async () => {
    const home = homeForTest();
    const { pid } = await home.json(['start']);
    const said = [await saidBy(home, ['setup']), await saidBy(home, ['client', 'register', '--name', 'another'])];
    said.push(await saidBy(home, ['client', 'login']));

    for (const words of COMMANDS) said.push(await saidBy(home, words), await saidBy(home, [...words, '--json']));

    const secrets = secretsOf(home);
    expect(secrets).toHaveLength(5);
    for (const secret of secrets) {
      expect(said.filter((text) => text.includes(secret))).toEqual([]);
      if (process.platform === 'linux')
        expect(readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')).not.toContain(secret);
      expect(home.file('daemon.log')).not.toContain(secret);
    }
  });
});

/** Whatever looks at the things of a user or of a relay. */
const COMMANDS = [
  ['status'],
  ['status', '--nodes'],
  ['doctor'],
  ['config'],
  ['config', 'get', 'relayUrl'],
  ['client', 'status'],
  ['client', 'scopes', 'another'],
  ['access', 'list'],
  ['node', 'list'],
  ['authcode'],
  ['logs', 'list'],
  ['logs', 'export'],
  ['cmd', '--action', 'primitive.tab.query', '--node-id', 'node_away'],
  ['security', 'self-test'],
];

async function saidBy(home: OttoHome, words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await home.run(words);
  return stdout + stderr;
}

/** The secret of the controller, its tokens, and those of the relay and its owner. */
function secretsOf(home: OttoHome): string[] {
  const fromJson = ['client-secret.json', 'config.json'].flatMap((name) => {
    const kept = JSON.parse(home.file(name)) as Record<string, unknown>;
    return ['clientSecret', 'accessToken', 'refreshToken'].flatMap((field) => kept[field] ?? []).map(String);
  });
  return [...fromJson, home.file('relay', 'operator.token').trim(), home.file('relay', 'token.secret').trim()];
}
