import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { homeForTest } from './otto-home.js';
import { processesOf } from './processes-of.js';
import { HAS_TERMINALS, TerminalRun } from './terminal-run.js';

const ENTER = '\r';
const CTRL_C = '\u0003';

describe('at a terminal', () => {
  beforeEach(({ skip }) => skip(!HAS_TERMINALS, 'There is no program here that gives terminals: script.'));

  it('otto setup asks, starts a relay that outlives the terminal, and registers; a second time it finds everything there', async () => {
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
    // A terminal that does not know its width must not break each word.
    const run = new TerminalRun(['setup'], { env: home.env, columns: 0 });

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

  it('otto node start ends with Ctrl+C, and its browser with it', async () => {
    const home = homeForTest();
    await home.json(['start']);
    // The browser is in the foreground, too, and gets the same signal.
    const run = new TerminalRun(['node', 'start'], { env: home.env });
    await run.shows(/takes commands/);

    run.type(CTRL_C);

    expect(await run.ended()).toBe(130);
    expect(run.shown).toContain('The node and its browser have ended.');
    await home.json(['stop']);
    await expect.poll(() => processesOf(home.folder)).toEqual([]);
  });

  it('has colours, unless NO_COLOR is set, and room for its help however narrow it is', async () => {
    const { env } = homeForTest();
    const coloured = new TerminalRun(['stop'], { env: { ...env, NO_COLOR: '' } });
    const plain = new TerminalRun(['stop'], { env });
    const narrow = new TerminalRun(['--help'], { env, columns: 60 });

    expect([await coloured.ended(), await plain.ended(), await narrow.ended()]).toEqual([1, 1, 0]);

    expect(coloured.shown).toContain('\u001b[31merror\u001b[39m');
    expect(plain.shown).toMatch(/^error not_running: /);
    const lines = narrow.shown.split('\r\n');
    expect(lines.length).toBeGreaterThan(30);
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
  });
});

it('there are terminals where it counts', ({ skip }) => {
  skip(process.env['CI'] === undefined, 'Only where changes are judged must there be terminals.');

  expect(HAS_TERMINALS).toBe(true);
});

describe.skipIf(process.platform === 'win32')('a command that takes long to end', () => {
  it('is left when Ctrl+C comes again and again', async () => {
    const processIo = new URL('../apps/otto-cli/dist/process-io.js', import.meta.url).href;
    const program = `
      import { processIo } from ${JSON.stringify(processIo)};
      processIo(process).io.signal.addEventListener('abort', () => console.log('asked to end'));
      setInterval(() => {}, 1_000);
      console.log('runs');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = once(child, 'close');

    await expect.poll(() => said).toContain('runs');
    child.kill('SIGINT');
    await expect.poll(() => said).toContain('asked to end');
    const impatient = setInterval(() => child.kill('SIGINT'), 100);
    onTestFinished(() => clearInterval(impatient));

    expect(await ended).toEqual([130, null]);
  });
});
