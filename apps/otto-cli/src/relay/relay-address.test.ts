import { describe, expect, it } from 'vitest';
import { FakeIo } from '../../test/fake-io.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { run } from '../run.js';

describe('where a relay is looked for', () => {
  it.each(['', 'abc', '70000', '-1', '1.5'])('a port of %j is refused, as the relay does', async (port) => {
    const io = new FakeIo({ env: { OTTO_HOME: temporaryFolder(), OTTO_RELAY_PORT: port } });

    expect(await run(io, ['logs', 'status'])).toBe(1);

    expect(io.stderr.text).toContain(`invalid_configuration: OTTO_RELAY_PORT is "${port}"`);
  });
});
