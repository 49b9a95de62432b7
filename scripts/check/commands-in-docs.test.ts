import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../../apps/otto-cli/src/command-line.ts';
import { COMMANDS } from '../../apps/otto-cli/src/commands/index.ts';
import { checkInput } from '../../apps/otto-cli/src/controller/check-input.ts';
import { actionNames } from '../../apps/otto-cli/src/controller/known-actions.ts';
import { ERRORS } from '../../packages/shared-protocol/src/index.ts';
import { manifestsOf, readCheckout } from './checkout.mjs';
import { programsOf, shellLines } from './shell-lines.mjs';

const checkout = readCheckout(fileURLToPath(new URL('../..', import.meta.url)));
const pages = [...checkout.files]
  .filter(([path]) => /^[A-Z]+\.md$|^(docs|ops)\/[\w-]+\.md$|^(apps|packages|examples)\/[^/]+\/README\.md$/.test(path))
  .map(([path, text]) => ({ path, ...shellLines(text) }));

/** What npm is asked to do, with packages and without, and what npx runs. */
const PACKAGE_VERBS = ['install', 'uninstall'];
const BARE_VERBS = ['test', 'audit'];
const NPX_PROGRAMS = ['vitest', 'tsx'];

/** Tools that every system of our readers has. */
const KNOWN = ['chmod', 'cp', 'cd', 'curl', 'echo', 'export', 'git', 'gzip', 'jq', 'ls', 'mkdir', 'rm', 'source', '$'];

describe('the command lines of the documents', () => {
  it('are there', () => {
    const count = (page: string) => pages.find(({ path }) => path === page)?.pasted.length ?? 0;

    expect(count('README.md')).toBeGreaterThan(7);
    expect(count('docs/quickstart.md')).toBeGreaterThan(10);
    expect(count('docs/operations.md')).toBeGreaterThan(10);
    expect(count('docs/commands.md')).toBeGreaterThan(COMMANDS.length);
    expect(count('apps/otto-cli/README.md')).toBeGreaterThan(15);
  });

  it('are one for each action on the page of actions', () => {
    const lines = pages.find(({ path }) => path === 'docs/actions.md')?.pasted ?? [];

    expect(lines.map((line) => /^otto cmd --action (\S+)/.exec(line)?.[1])).toEqual(actionNames());
  });

  it.each(pages)('$path has none in a fence that does not say sh', ({ unlabelled }) => {
    expect(unlabelled).toEqual([]);
  });

  it.each(pages.filter(({ pasted }) => pasted.length > 0))('$path has only such as can be run', ({ pasted }) => {
    expect(pasted.flatMap((line) => problemsOf(line))).toEqual([]);
  });

  it.each(pages.filter(({ spans }) => spans.length > 0))('$path names only such as there are', ({ spans }) => {
    expect(spans.flatMap((line) => problemsOfSpan(line))).toEqual([]);
  });
});

it.each(COMMANDS.map(({ words, examples }) => ({ words, examples })))(
  'otto $words has examples, and they can be run',
  ({ words, examples }) => {
    expect(examples.flatMap((line) => problemsOf(line))).toEqual([]);
    expect(examples.join('\n')).toContain(`otto ${words}`);
  },
);

it.each(
  Object.entries(ERRORS)
    .map(([code, { hint }]) => ({ code, named: [...hint.matchAll(/otto [a-z][\w -]*[a-z]/g)].map(([line]) => line) }))
    .filter(({ named }) => named.length > 0),
)('the hint of $code names commands that there are: $named', ({ named }) => {
  const unknown = named.filter((line) => !COMMANDS.some(({ words }) => line.startsWith(`otto ${words}`)));

  expect(unknown.filter((line) => line !== 'otto --help')).toEqual([]);
});

it.each(Object.entries(ERRORS).filter(([, { hint }]) => hint.includes('otto ')))(
  'the hint of %s is no redirection when it is pasted',
  (_code, { hint }) => {
    expect(hint).not.toMatch(/otto .*<\w/);
  },
);

describe('a line of a shell', () => {
  it.each([
    ['otto cmd x --payload \'{"a": 1}\' # why', [['otto', 'cmd', 'x', '--payload', '{"a": 1}']]],
    ['OTTO_HOME=/x otto logs export > f', [['otto', 'logs', 'export']]],
    ['echo hi | otto cmd x --payload -', [['echo', 'hi'], ['otto', 'cmd', 'x', '--payload', '-']]], // prettier-ignore
    ['source <(otto completion bash)', [['source'], ['otto', 'completion', 'bash']]],
  ])('%s runs its programs', (line, programs) => {
    expect(programsOf(line)).toEqual(programs);
  });

  it.each([
    'otto no-such-command',
    'otto start --no-such-option',
    'otto start --port many',
    `otto cmd primitive.tab.open --payload '{"url": 7}'`,
    'otto access grant <clientId>',
    'npm run no-such-script',
    'npm instal left-pad',
    'npx frobnicate',
    'npm install @telepat/no-such-package',
    'node no/such/file.js',
    'frobnicate',
  ])('%s is found out', (line) => {
    expect(problemsOf(line)).not.toEqual([]);
  });
});

describe('a command line in a sentence', () => {
  it.each([
    'otto logs',
    'otto test <site>',
    'otto <command> --help',
    'otto config set relayUrl wss://…',
    'npm run pack [-- X]',
  ])('may leave out its end: %s', (line) => {
    expect(problemsOfSpan(line)).toEqual([]);
  });

  it.each([
    'otto frobnicate',
    'otto frobnicate <x>',
    'otto frobnicate [x]',
    'otto frobnicate …',
    'otto node frobnicate <x>',
    'npm instal <x>',
    'npm run no-such-script [-- X]',
  ])('must begin with a command that there is: %s', (line) => {
    expect(problemsOfSpan(line)).not.toEqual([]);
  });
});

describe('a fence', () => {
  it.each(['bash', 'console', 'shell-session', 'zsh title="x"'])('that says %s is not one of ours', (language) => {
    expect(shellLines(`\`\`\`${language}\n$ otto stop\n\`\`\`\n`)).toEqual({
      pasted: [],
      spans: [],
      unlabelled: ['$ otto stop'],
    });
  });

  it.each(['```', '~~~'])('of %s that says sh is looked into', (marks) => {
    expect(shellLines(`${marks}sh\notto stop # now\n${marks}\n`).pasted).toEqual(['otto stop # now']);
  });

  it('without a language has no command line', () => {
    expect(shellLines('```\notto stop now\nThe relay stopped.\n```\n').unlabelled).toEqual(['otto stop now']);
  });
});

function problemsOf(line: string): string[] {
  try {
    return programsOf(line.replaceAll('_…', '_1')).flatMap((words) =>
      isKnown(words) ? [] : [`nobody can run: ${line}`],
    );
  } catch (error) {
    return [`${line}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** @throws {Error} what otto says of it */
function isKnown([program = '', ...words]: readonly string[]): boolean {
  if (program === 'otto') return isCommand(words);
  if (program === 'npm' || program === 'npx') return isOfNpm(program, words);
  if (program === 'node') return isProgramFile(words.find((word) => !word.startsWith('-')) ?? '');
  return KNOWN.includes(program);
}

function isCommand(words: readonly string[]): boolean {
  const parsed = commandLine(COMMANDS, '0').parse(words);
  if ('help' in parsed) return !parsed.isWrong;
  const { command, given } = parsed;
  command.check(given);
  if (command.words === 'cmd') checkPayload(given);
  return true;
}

function checkPayload({
  args,
  options,
}: {
  args: Readonly<Record<string, unknown>>;
  options: Readonly<Record<string, unknown>>;
}): void {
  const { payload = '{}', tabSession } = options;
  // A file or standard input is the reader's own.
  if (payload === '-' || String(payload).startsWith('@')) return;
  checkInput({
    action: String(args['action'] ?? options['action']),
    input: JSON.parse(String(payload)),
    tabSession: tabSession === undefined ? undefined : String(tabSession),
  });
}

function isOfNpm(program: string, words: readonly string[]): boolean {
  const [verb = '', ...rest] = words.filter((word) => !word.startsWith('-'));
  if (program === 'npx') return NPX_PROGRAMS.includes(verb);
  if (verb === 'run') return scripts.has(rest[0] ?? '');
  if (!PACKAGE_VERBS.includes(verb)) return BARE_VERBS.includes(verb) && rest.length === 0;
  return rest.every((name) => isInstallable(name) || words.includes('--prefix'));
}

/** Of any package of the checkout: a README may speak of its own. */
const scripts = new Set(
  [...checkout.files]
    .filter(([path]) => path.endsWith('package.json'))
    .flatMap(([, text]) => Object.keys(JSON.parse(text).scripts ?? {})),
);

function isInstallable(name: string): boolean {
  const manifests = manifestsOf(checkout);
  if (name.startsWith('./')) return manifests.has(name.slice(2)) || name.startsWith('./artifacts/');
  return !name.startsWith('@telepat/') || [...manifests.values()].some((manifest) => manifest.name === name);
}

/** A file of the checkout, or one that the build makes of it; plain names are the reader's own. */
function isProgramFile(path: string): boolean {
  const source = path.replace('/dist/', '/src/').replace(/\.js$/, '.ts');
  return !path.includes('/') || checkout.files.has(path) || checkout.files.has(source);
}

/** A span in a sentence may name a command whose arguments are told elsewhere, a group, or what has a gap to fill in. */
function problemsOfSpan(line: string): string[] {
  const [, head] = /^(.*?) *(?:<[\w-]+>|\[|\S*…$)/.exec(line) ?? [];
  if (!line.startsWith('otto ')) return problemsOf(head ?? line);
  const words = (head ?? line).replace(/^otto ?/, '');
  if (COMMANDS.some((row) => `${row.words} `.startsWith(`${words} `))) return [];
  if (head === undefined) return problemsOf(line);
  return words === '' || COMMANDS.some((row) => words.startsWith(`${row.words} `)) ? [] : problemsOf(head);
}
