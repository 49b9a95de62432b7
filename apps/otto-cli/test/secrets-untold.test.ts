import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { relayInProcess } from './relay-in-process.js';

it('no command prints a secret, neither for people nor for programs', async () => {
  const { env } = await relayInProcess();
  const secrets = new Set<string>();
  const said: string[] = [];

  for (const words of [...BEGINNINGS, ...COMMANDS.flatMap((one) => [one, [...one, '--json']])]) {
    const io = new FakeIo({ env });
    await run(io, words);
    for (const secret of secretsIn(env.OTTO_HOME)) secrets.add(secret);
    said.push(`otto ${words.join(' ')}\n${io.stdout.text}${io.stderr.text}`);
  }

  // Two of clients, two logins or more, and those of the relay and its owner.
  expect(secrets.size).toBeGreaterThanOrEqual(8);
  for (const secret of secrets) expect(said.filter((text) => text.includes(secret))).toEqual([]);
});

const BEGINNINGS = [['setup'], ['client', 'register', '--name', 'another'], ['client', 'login']];

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
  ['revoke'],
];

/** The secret of the controller, its tokens, and those of the relay and its owner, as they are on the disk now. */
function secretsIn(home: string): string[] {
  const fromJson = ['client-secret.json', 'config.json'].flatMap((name) => {
    const kept = JSON.parse(textOf(home, name) ?? '{}') as Record<string, unknown>;
    return ['clientSecret', 'accessToken', 'refreshToken'].flatMap((field) => kept[field] ?? []).map(String);
  });
  const ofRelay = ['operator.token', 'token.secret'].flatMap((name) => textOf(home, 'relay', name)?.trim() ?? []);
  return [...fromJson, ...ofRelay];
}

function textOf(...path: readonly string[]): string | undefined {
  const file = join(...path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
