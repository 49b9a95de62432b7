import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { temporaryFolder } from './temporary-folder.js';

const TOKEN = 'the-token';

it('an export that is cut ends with an honest failure, and in whole lines', async () => {
  const env = await homeWithRelayThatCuts('{"id":"1"}\n{"id":"2"}\n{"id":"3","ty');
  const io = new FakeIo({ env });
  const text = new FakeIo({ env });

  expect(await run(io, ['logs', 'export', '--json'])).toBe(1);
  expect(await run(text, ['logs', 'export'])).toBe(1);

  const lines = io.stdout.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(lines).toEqual([{ id: '1' }, { id: '2' }, { error: expect.objectContaining({ code: 'relay_disconnected' }) }]);
  expect(text.stdout.text).toBe('{"id":"1"}\n{"id":"2"}\n');
  expect(text.stderr.text).toMatch(/^error relay_disconnected: .*hung up/);
});

/** A relay that proves itself, begins each export with this text, and hangs up. */
async function homeWithRelayThatCuts(begin: string): Promise<Record<string, string>> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/healthz') {
      const challenge = url.searchParams.get('challenge') ?? '';
      const proof = createHmac('sha256', TOKEN).update(`otto-proof:${challenge}`).digest('hex');
      response.end(JSON.stringify({ status: 'ok', proof }));
      return;
    }
    response.write(begin, () => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const home = temporaryFolder();
  mkdirSync(join(home, 'relay'));
  writeFileSync(join(home, 'relay', 'operator.token'), TOKEN);
  return { OTTO_HOME: home, OTTO_RELAY_PORT: String(typeof address === 'object' ? address?.port : 0) };
}
