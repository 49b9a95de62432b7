import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckout } from '../scripts/check/checkout.mjs';
import { shellLines } from '../scripts/check/shell-lines.mjs';
import { DocumentRun } from './document-run.js';

/** Pages that are followed from their first line to their last, by somebody who has nothing yet. */
const WAYS = ['README.md', 'docs/quickstart.md', 'apps/otto-cli/README.md'];

/** Pages of which no line is typed here, and why. All lines of all pages are parsed by a check. */
const NOT_FOLLOWED: readonly { readonly page: string; readonly because: string }[] = [
  {
    page: 'docs/actions.md',
    because:
      'each is sent to a node in action-lines.e2e.test.ts; those that work on a page are run in single-actions.browser.test.ts',
  },
  { page: 'examples/sdk/README.md', because: 'it speaks of a checkout; its programs have tests of their own there' },
  {
    page: 'examples/embed-relay-core/README.md',
    because: 'it speaks of a checkout, and its program goes on; it has a test there',
  },
];

const pages = [...readCheckout(fileURLToPath(new URL('..', import.meta.url))).files]
  .map(([path, text]) => ({ path, count: path.endsWith('.md') ? shellLines(text).pasted.length : 0 }))
  .filter(({ count }) => count > 0)
  .toSorted((one, other) => one.count - other.count)
  .map(({ path }) => path);

/**
 * Pages of single lines; whoever looks one up has a relay, a controller, a node and a tab. A line that several pages have
 * is typed for the first of them: long pages come last, so that what fails is told beside the page that cares most.
 */
const REFERENCES = pages.filter((path) => !WAYS.includes(path) && !NOT_FOLLOWED.some(({ page }) => page === path));

const ATTACHED = /\botto start --attached/;

/** They go on until Ctrl+C, beside the lines that follow; and what shows that they have begun. */
const GOES_ON: readonly { readonly line: RegExp; readonly says: RegExp }[] = [
  { line: /^otto node start/, says: /takes commands/ },
  { line: /^otto logs follow --level/, says: /^/ },
  { line: /^otto logs follow/, says: /\n/ },
  { line: /^otto status --watch/, says: /\n/ },
  { line: /^otto listener subscribe-network/, says: /\n/ },
  { line: ATTACHED, says: /listens on/ },
];

/** Lines that are parsed only, and why. */
const NOT_TYPED: readonly { readonly line: RegExp; readonly because: string }[] = [
  { line: /^npm |^rm -r ~\/\.otto/, because: 'the packed program is installed and removed by a test of its own' },
  { line: /^otto service (un)?install/, because: 'it would change this machine; tested with a systemd that is played' },
  { line: /^otto demo/, because: 'run by CI as a step of its own, and in a test of its own' },
  { line: /wss:\/\/relay\.example\.com|9000/, because: 'needs a relay elsewhere, or a port that must be free' },
  { line: /--headed|\/usr\/bin\/chromium/, because: 'needs a display, or a browser at that place' },
  { line: /\| jq /, because: 'goes on in a pipe; the line without it is typed' },
  { line: /completion zsh/, because: 'for another shell' },
  { line: /^otto pair 482-913/, because: 'the code is shown by a node; pairing by hand has a test of its own' },
  { line: /shop\.test/, because: 'a site of the reader' },
  { line: /OTTO_CONTROLLER_CLIENT_SECRET=cs_…/, because: 'a secret of the reader' },
];

/** After these the reader has less than before, or something else; it is made good before the next line that is looked up. */
const TAKES_AWAY = {
  relay: /^(\w+=\S+ )*otto (stop|restart|start)/,
  settings: /^otto config set/,
  rights: /^otto (revoke|node remove|access revoke|client (register|forget|remove|scopes .* ))/,
};

function takesAway(line: string): boolean {
  return Object.values(TAKES_AWAY).some((pattern) => pattern.test(line));
}

describe('the lines of', () => {
  const reader = new DocumentRun();
  const typed = new Set<string>();

  beforeAll(() => reader.open());
  afterAll(() => reader.close());

  it.each(WAYS)('%s lead to where it says, one after another', { timeout: 600_000 }, async (page) => {
    const failed: string[] = [];
    for (const line of linesOf(page)) failed.push(...(await problemsOf(reader, line)));

    expect([...failed, ...(await leave(reader, /./))]).toEqual([]);
  });

  it.each(REFERENCES)('%s do something, each of them', { timeout: 900_000, retry: 0 }, async (page) => {
    const failed: string[] = [];
    for (const line of linesOf(page).filter((line) => !typed.has(line))) {
      await makeGood(reader, [...typed].at(-1));
      typed.add(line);
      failed.push(...(await problemsOf(reader, line)));
    }

    expect([...failed, ...(await leave(reader, FOLLOWS))]).toEqual([]);
  });

  it('are those of all pages but such as have some and a reason', () => {
    expect(pages).toEqual(expect.arrayContaining([...WAYS, ...NOT_FOLLOWED.map(({ page }) => page)]));
    expect(REFERENCES).toEqual(expect.arrayContaining(['docs/commands.md', 'docs/operations.md']));
  });

  it('are all typed but those for which there is a reason', () => {
    const all = [...WAYS, ...REFERENCES].flatMap((page) => shellLines(textOf(page)).pasted);

    for (const { line } of NOT_TYPED) expect(all.filter((typed) => line.test(typed))).not.toEqual([]);
    expect(typed.size).toBeGreaterThan(60);
  });
});

function linesOf(page: string): string[] {
  return shellLines(textOf(page))
    .pasted.map((line) => line.replace(/ +#.*$/, ''))
    .filter((line) => !NOT_TYPED.some((not) => not.line.test(line)));
}

function textOf(page: string): string {
  return readFileSync(new URL(`../${page}`, import.meta.url), 'utf8');
}

/** What ends with its relay or its login, unless it is ended before. */
const FOLLOWS = /^otto (logs|status|listener)/;

/** Ctrl+C in other terminals, which is how these lines end, if nobody has ended their subscription before. */
async function leave(reader: DocumentRun, which: RegExp): Promise<string[]> {
  const codes = Object.entries(await reader.endBeside(which));
  return codes
    .filter(([line, code]) => code !== 130 && !(code === 0 && line.startsWith('otto listener')))
    .map(([line, code]) => `${line} ended with ${code}`);
}

async function problemsOf(reader: DocumentRun, line: string): Promise<string[]> {
  const left = takesAway(line) ? await leave(reader, FOLLOWS) : [];
  // A name is given once.
  if (line.startsWith('otto client register')) await reader.type('otto client remove');
  // A ref is one of the last look at the page.
  if (/\be12\b/.test(line)) await reader.type('otto snapshot --tab-session tab_…');
  return [...left, ...(await problemsOfLine(reader, line))];
}

async function problemsOfLine(reader: DocumentRun, line: string): Promise<string[]> {
  const goesOn = GOES_ON.find((going) => going.line.test(line));
  if (goesOn !== undefined) {
    // A profile is used by one browser at a time, and a port by one relay, which must not meet a stranger's node.
    if (line.startsWith('otto node start') || ATTACHED.test(line)) await reader.endBeside(/^otto node start/);
    if (ATTACHED.test(line)) await reader.type('otto stop');
    return reader.typeBeside(line, goesOn.says).then(
      () => (ATTACHED.test(line) ? leave(reader, ATTACHED) : []),
      (error: unknown) => [`${line}: ${String(error)}`],
    );
  }
  const { code, stdout, stderr } = await reader.type(line);
  return code === 0 && !/^error /m.test(stderr) ? [] : [`${line} ended with ${code}: ${stdout}${stderr}`];
}

/** A relay that runs, a controller that is logged in and granted, a node, and a tab: all of it at first, then what a line took. */
async function makeGood(reader: DocumentRun, last: string | undefined): Promise<void> {
  if (last === undefined || TAKES_AWAY.relay.test(last)) await reader.type('otto start');
  if (last !== undefined && TAKES_AWAY.settings.test(last)) {
    await reader.type('otto config set relayUrl "" && otto config set nodeId ""');
  }
  if (last !== undefined && !TAKES_AWAY.rights.test(last) && !TAKES_AWAY.relay.test(last)) return;
  if (last === undefined || TAKES_AWAY.rights.test(last)) await beLetIn(reader);
  // The node of before may be unpaired, or on its way back to the relay.
  await reader.endBeside(/^otto node start/);
  await reader.typeBeside('otto node start --grant clt_…', /takes commands/);
  await reader.type(`otto cmd primitive.tab.open --payload '{"url": "https://example.com", "waitUntil": "load"}'`);
  await reader.type('otto snapshot --tab-session tab_…');
}

async function beLetIn(reader: DocumentRun): Promise<void> {
  await reader.type('otto client login');
  const rights = await reader.type('otto client scopes clt_… --json');
  if (
    rights.stdout.includes('"primitive.input.*"') &&
    (await reader.type('otto client status --json')).stdout.includes('"loggedIn":true')
  )
    return;
  await reader.type(
    'otto client remove; otto client forget; otto client register --name "my laptop" && otto client login',
  );
}
