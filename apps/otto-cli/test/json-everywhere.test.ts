import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/commands/index.js';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { temporaryFolder } from './temporary-folder.js';

const ROWS = COMMANDS.map((command) => [command.words, command] as const);

/** They would start a process or a service of this user; that they answer in JSON is tried where they are tried. */
const ACTS = /^(demo|setup|start|restart|node start|service .*)$/;

const EXAMPLE: Readonly<Record<string, string>> = {
  shell: 'bash',
  name: 'relayUrl',
  code: '123-456',
  url: 'example.com',
};

it.each(ROWS)('otto %s shows in its help how it is typed', (words, { examples }) => {
  expect(examples.join('\n')).toMatch(new RegExp(`^(\\w+=\\S+ |source <\\()?otto ${words}\\b`, 'm'));
});

describe('--json, for every command', () => {
  it.each(ROWS)('otto %s refuses what it does not know with one line', async (words) => {
    const io = new FakeIo({ env: { OTTO_HOME: temporaryFolder() } });

    expect(await run(io, [...words.split(' '), '--json', '--no-such'])).toBe(2);

    expect(JSON.parse(onlyLineOf(io))).toMatchObject({
      error: { code: 'invalid_usage', message: "Unknown option '--no-such'.", hint: `See otto ${words} --help.` },
    });
  });

  it.each(ROWS.filter(([words]) => !ACTS.test(words)))(
    'otto %s answers with one line where no relay is',
    async (words, command) => {
      const io = new FakeIo({ env: { OTTO_HOME: temporaryFolder(), OTTO_RELAY_PORT: '1' } });
      const given = command.arguments.filter(({ required }) => required).map(({ name }) => EXAMPLE[name] ?? 'x');

      const code = await run(io, [...words.split(' '), ...given, '--json']);

      expect([0, 1, 2]).toContain(code);
      const document = JSON.parse(onlyLineOf(io));
      if (code !== 0) expect(document.error).toMatchObject({ code: expect.any(String), hint: expect.any(String) });
      else expect(document).not.toHaveProperty('error');
    },
  );
});

function onlyLineOf(io: FakeIo): string {
  expect(io.stdout.text).toMatch(/^\{.*\}\n$/);
  return io.stdout.text;
}
