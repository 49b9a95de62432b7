import { describe, expect, it } from 'vitest';
import { homeForTest } from './otto-home.js';
import { HAS_TERMINALS, TerminalRun } from './terminal-run.js';

const ENTER = '\r';
const CTRL_C = '\u0003';

describe.skipIf(!HAS_TERMINALS)('at a terminal', () => {
  it('otto setup asks, starts the relay and registers; a second time it finds everything there', async () => {
    const home = homeForTest({ NO_COLOR: '' });
    const first = new TerminalRun(['setup'], { env: home.env });

    await first.shows(/Which relay\?/);
    first.type(ENTER);
    await first.shows(/Start it in the background\?/);
    first.type(ENTER);
    await first.shows(/call this machine\?/);
    first.type(ENTER);

    expect(await first.ended()).toBe(0);
    expect(first.shown).toMatch(/The relay was started on port \d+[^]*registered and logged in[^]*otto node start/);
    expect(await home.json(['setup'])).toMatchObject({
      code: 0,
      daemon: { outcome: 'already_running' },
      controller: { outcome: 'existing' },
    });
  });

  it('otto setup is left with Ctrl+C, and has done nothing', async () => {
    const home = homeForTest();
    const run = new TerminalRun(['setup'], { env: home.env, columns: 40 });

    await run.shows(/Which relay\?/);
    run.type(CTRL_C);

    expect(await run.ended()).toBe(130);
    expect(run.shown).toContain('Nothing more is done.');
    expect(await home.json(['status'])).toMatchObject({ running: false });
  });

  it('otto status --watch is written over itself, until Ctrl+C', async () => {
    const home = homeForTest();
    const run = new TerminalRun(['status', '--watch'], { env: home.env });

    // Back over the one line that there was.
    // eslint-disable-next-line no-control-regex -- what the terminal obeys is looked for
    await run.shows(/The relay does not run[^]*\u001b\[1A\r\u001b\[J/);
    run.type(CTRL_C);

    expect(await run.ended()).toBe(130);
  });
});
