import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { relayInProcess } from './relay-in-process.js';

it.each([
  ['of tokens that the relay takes no more', { refreshToken: `rt_${'x'.repeat(43)}` }, false],
  ['of an access token that is over, and a refresh token that is good', {}, true],
])('%s it says so, having asked', async (_, tokens, loggedIn) => {
  const { env } = await relayInProcess();
  const otto = async (...args: string[]) => {
    const io = new FakeIo({ env });
    await run(io, [...args, '--json']);
    return JSON.parse(io.stdout.text) as { readonly loggedIn?: boolean };
  };
  await otto('setup');
  const file = join(env.OTTO_HOME, 'config.json');
  const { accessToken, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...rest, ...tokens }), { mode: 0o600 });

  expect(accessToken).toBeDefined();
  expect(await otto('client', 'status')).toMatchObject({ loggedIn });
  // Renewed once, and kept: the next command needs no other.
  expect(await otto('client', 'status')).toMatchObject({ loggedIn });
});
