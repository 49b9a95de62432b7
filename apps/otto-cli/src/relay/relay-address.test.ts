import { describe, expect, it } from 'vitest';
import { FakeIo } from '../../test/fake-io.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { relayInProcess } from '../../test/relay-in-process.js';
import { run } from '../run.js';

describe('where a relay is looked for', () => {
  it.each(['', 'abc', '70000', '-1', '1.5'])('a port of %j is refused, as the relay does', async (port) => {
    const io = new FakeIo({ env: { OTTO_HOME: temporaryFolder(), OTTO_RELAY_PORT: port } });

    expect(await run(io, ['logs', 'status'])).toBe(1);

    expect(io.stderr.text).toContain(`invalid_configuration: OTTO_RELAY_PORT is "${port}"`);
  });

  it('a relay that has moved is told from one that does not run, with the setting that is in the way', async () => {
    const { env, record } = await relayInProcess();
    await run(new FakeIo({ env }), ['config', 'set', 'relayUrl', 'ws://127.0.0.1:1']);
    const io = new FakeIo({ env });

    expect(await run(io, ['authcode', '--json'])).toBe(1);

    expect(JSON.parse(io.stdout.text).error).toMatchObject({
      code: 'relay_unreachable',
      message: expect.stringContaining(`The relay of this machine runs on http://127.0.0.1:${record.port}`),
      hint: expect.stringContaining('otto config set relayUrl ""'),
    });
  });

  it('a relay of another machine is named by the status, instead of advice to start one here', async () => {
    const env = { OTTO_HOME: temporaryFolder() };
    await run(new FakeIo({ env }), ['config', 'set', 'relayUrl', 'wss://relay.example.com']);
    const io = new FakeIo({ env });

    expect(await run(io, ['status'])).toBe(0);

    expect(io.stdout.text).toBe(
      'No relay runs on this machine, and none needs to: commands go to wss://relay.example.com.\n',
    );
  });
});
