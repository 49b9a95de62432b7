import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { relayInProcess } from './relay-in-process.js';
import { temporaryFolder } from './temporary-folder.js';

it('what a relay warns of comes with the command that mends it, in the words of the relay', async () => {
  const home = temporaryFolder();
  mkdirSync(join(home, 'relay'), { mode: 0o700 });
  writeFileSync(join(home, 'relay', 'controller-clients.jsonl'), 'damaged\n', { mode: 0o600 });
  const { env } = await relayInProcess({ home, env: { OTTO_RELAY_HOST: '0.0.0.0' } });
  const io = new FakeIo({ env });

  expect(await run(io, ['status', '--json'])).toBe(0);

  // The disk of whoever runs this may be nearly full; that is told with df.
  const warnings: string[] = JSON.parse(io.stdout.text).warnings;
  const ours = warnings.filter((warning) => !warning.includes('Run: df -h'));
  expect(ours).toEqual([
    expect.stringMatching(/damaged lines .* Run: less .*controller-clients\.jsonl\.rejected$/),
    expect.stringMatching(/other machines may reach it.* Run: OTTO_RELAY_HOST=127\.0\.0\.1 otto restart$/),
  ]);
});
