import { expect, it } from 'vitest';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { relayInProcess } from './relay-in-process.js';

it('a relay that is older than the command line is left running, with the command that mends it', async () => {
  const { env, record } = await relayInProcess({ version: '0.0.9' });
  const start = new FakeIo({ env });
  const status = new FakeIo({ env });

  expect(await run(start, ['start', '--json'])).toBe(0);
  expect(await run(status, ['status'])).toBe(0);

  expect(JSON.parse(start.stdout.text)).toMatchObject({ outcome: 'already_running', port: record.port });
  const note = /This otto is version \d.*is an older one, version 0\.0\.9\. Run: otto restart$/m;
  expect(start.stderr.text).toMatch(note);
  expect(status.stdout.text).toMatch(note);
});
