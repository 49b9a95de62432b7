import { existsSync } from 'node:fs';
import v8 from 'node:v8';
import { afterAll, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { pathsOf } from '../config/paths.js';
import { heapFlags } from './heap-flags.js';
import { runRelay } from './run-relay.js';

const setFlag = vi.spyOn(v8, 'setFlagsFromString').mockReturnValue();
afterAll(() => setFlag.mockRestore());

it('V8 is told how to keep the heap before there is a relay', async () => {
  const env = { OTTO_HOME: temporaryFolder(), OTTO_RELAY_PORT: '0' };
  const paths = pathsOf({ env, userFolder: undefined, cwd: env.OTTO_HOME });

  const run = runRelay({ paths, env, version: '0.1.0', signal: AbortSignal.abort(), onStarted: () => undefined });

  await expect(run).rejects.toThrow();
  expect(setFlag.mock.calls.flat()).toEqual(heapFlags(v8.getHeapStatistics().heap_size_limit));
});

it('an empty token secret is refused, and no other one made in its place', async () => {
  const env = { OTTO_HOME: temporaryFolder(), OTTO_RELAY_PORT: '0', OTTO_TOKEN_SECRET: '' };
  const paths = pathsOf({ env, userFolder: undefined, cwd: env.OTTO_HOME });

  const run = runRelay({ paths, env, version: '0.1.0', signal: AbortSignal.abort(), onStarted: () => undefined });

  await expect(run).rejects.toThrow('OTTO_TOKEN_SECRET is not acceptable: it must be at least 32 characters long.');
  expect(existsSync(paths.relay)).toBe(false);
});
