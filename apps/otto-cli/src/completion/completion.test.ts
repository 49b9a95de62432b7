import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeIo } from '../../test/fake-io.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { COMMANDS } from '../commands/index.js';
import { actionNames } from '../controller/known-actions.js';
import { run } from '../run.js';
import { fishCompletion } from './fish-completion.js';
import { zshCompletion } from './zsh-completion.js';

describe.skipIf(!isThere('bash'))('completion in bash', () => {
  it('offers what may stand at each place of the command line', async () => {
    const offered = await offeredByBash([
      ['st'],
      ['client', 'lo'],
      ['node', 'start', '--he'],
      ['extract-content', 'https://example.com', '--format', ''],
      ['extract-content', '--format', '=', 'cl'],
      ['cmd', '--action', 'primitive.tab.'],
      ['cmd', 'primitive.dom.'],
      ['cmd', '--action', 'primitive.tab.open', '--pay'],
      ['logs', 'list', '--level', ''],
      ['completion', 'z'],
      ['config', ''],
      ['config', 'get', 'relay'],
      ['cmd', '--payload', ''],
    ]);

    expect(offered).toEqual([
      'start stop status',
      'login',
      '--headless --headed --help',
      'markdown distilled_html clean_html raw_html text',
      'clean_html',
      actionNames()
        .filter((name) => name.startsWith('primitive.tab.'))
        .join(' '),
      actionNames()
        .filter((name) => name.startsWith('primitive.dom.'))
        .join(' '),
      '--payload',
      'debug info warn error',
      'zsh',
      'get set --help --json -h --help',
      'relayUrl relayHttpUrl',
      '',
    ]);
  });

  it('offers every command', async () => {
    const groups = [...new Set(COMMANDS.map(({ words }) => words.split(' ')[0] ?? ''))];

    const [first = '', ...seconds] = await offeredByBash([[''], ...groups.map((word) => [word, ''])]);

    expect(first.split(' ')).toEqual([...groups, '--help', '--version', '--json']);
    for (const { words } of COMMANDS) {
      const [group = '', word] = words.split(' ');
      const offered = (seconds[groups.indexOf(group)] ?? '').split(' ');
      expect(offered, words).toContain(word ?? '--json');
    }
  });
});

describe.each(['zsh', 'fish'] as const)('completion in %s', (shell) => {
  it('names every command and the values of options', async () => {
    const script = await scriptFor(shell);

    for (const { words } of COMMANDS) expect(script).toContain(words);
    expect(script).toContain('primitive.dom.extract_markdown');
    expect(script).not.toContain('close_owned');
  });

  it('offers what may stand at each place of the command line', async ({ skip }) => {
    skip(!isThere(shell), `${shell} is not installed`);
    const file = join(temporaryFolder(), 'otto-completion');
    writeFileSync(file, await scriptFor(shell));

    const offered = [
      ['client', 'logi'],
      ['logs', 'list', '--level', 'w'],
      ['completion', 'z'],
      ['extract-content', '--format=cl'],
    ].map((words) => offeredBy(shell, file, words));

    expect(offered).toEqual([['login'], ['warn'], ['zsh'], ['clean_html']]);
  });

  it('says what it means, whatever signs are in a sentence', ({ skip }) => {
    skip(!isThere(shell), `${shell} is not installed`);
    const file = join(temporaryFolder(), 'otto-completion');
    const words = [{ word: 'one', summary: `It's "1": $HOME \\ \`pwd\`.` }];
    writeFileSync(file, SCRIPTS[shell]({ groups: [{ path: '', words }], leaves: [] }));

    const [line = ''] = execFileSync(shell, ASK[shell](file, ['on']), { encoding: 'utf8' }).split('\n');

    expect(line.replace(/[\t:]/, ' ')).toBe(`one ${words[0]?.summary}`);
  });

  it('says of a group what is in it', async () => {
    expect(await scriptFor(shell)).toContain('list, grant, revoke');
  });
});

const SCRIPTS = { zsh: zshCompletion, fish: fishCompletion };

/** What a shell offers at the end of a line that begins as what was typed there. */
function offeredBy(shell: keyof typeof ASK, file: string, words: readonly string[]): string[] {
  const typed = words.at(-1)?.replace(/^--\w+=/, '') ?? '';
  return execFileSync(shell, ASK[shell](file, words), { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.split(/[\t:]/)[0]?.replace(/^--\w+=/, '') ?? '')
    .filter((word) => word.startsWith(typed));
}

/** How a shell is asked what it offers at the end of a line; zsh says it to its completion system. */
const ASK = {
  zsh: (file: string, words: readonly string[]) => [
    '-f',
    '-c',
    `compdef() { : }; compset() { : }; _describe() { print -l -- \${(P)2} }; source ${file}
     words=(otto ${words.join(' ')}); CURRENT=${words.length + 1}; _otto`,
  ],
  fish: (file: string, words: readonly string[]) => [
    '--no-config',
    '-c',
    `source ${file}; complete -C'otto ${words.join(' ')}'`,
  ],
};

it('a shell that is not known is wrong usage', async () => {
  const io = new FakeIo();

  expect(await run(io, ['completion', 'tcsh'])).toBe(2);
  expect(io.stderr.text).toContain('<shell>: must be one of bash, zsh, fish');
});

async function scriptFor(shell: string): Promise<string> {
  const io = new FakeIo();
  expect(await run(io, ['completion', shell])).toBe(0);
  return io.stdout.text;
}

/** What bash would offer for each of the lines, whose last word is the one under the cursor. */
async function offeredByBash(lines: readonly (readonly string[])[]): Promise<string[]> {
  const asked = lines.map((words) => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    return `COMP_WORDS=(otto ${quoted}); COMP_CWORD=${words.length}; _otto; echo "\${COMPREPLY[*]}"`;
  });
  const script = `${await scriptFor('bash')}\n${asked.join('\n')}\n`;
  const output = execFileSync('bash', ['--norc', '--noprofile', '-c', script], { encoding: 'utf8' });
  return output.trimEnd().split('\n').concat('').slice(0, lines.length);
}

function isThere(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}
