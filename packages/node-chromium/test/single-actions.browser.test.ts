import { inspect } from 'node:util';
import type { BrowserContext, CDPSession } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND_TIMEOUT_MS_MIN } from '@telepat/otto-protocol/limits';
import { OttoError } from '@telepat/otto-sdk';
import type { NodeWorld } from './node-world.js';
import { PageSite, html, type SitePage } from './page-site.js';
import { ACTION_ROWS, FORGOTTEN_ACTIONS, type ActionRow } from './single-action-rows.js';
import { watchedNodeWorld } from './watched-node.js';

const PAGE = html(
  'Page',
  `<h1>Page</h1><p>Some words</p><button id="button">Button</button><input id="field"><input id="box" type="checkbox">
  <select id="list"><option>a</option><option>b</option></select><input id="file" type="file">
  <div style="height:3000px"></div>`,
);

/** One for each way to work on a page: each takes its whole time. */
const PATIENT_ACTIONS = [
  'primitive.dom.extract_markdown',
  'primitive.page.snapshot',
  'primitive.page.screenshot',
  'primitive.page.evaluate',
  'primitive.page.wait_for',
  'primitive.page.pdf',
  'primitive.input.click',
  'primitive.input.type',
  'primitive.input.scroll',
];

const served = new Map<string, number>();

/** Comes as often as its address says, once otherwise; whoever asks again waits without end. */
const page: SitePage = (response, { url = '' }) => {
  const times = (served.get(url) ?? 0) + 1;
  served.set(url, times);
  if (times > (url.includes('twice') ? 2 : 1)) return;
  response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'no-store' }).end(PAGE);
};

const site = new PageSite({
  '/page': page,
  '/plain': html('Plain', '<h1>Plain</h1>'),
  '/silent': () => {},
  '/here': '',
});
let world: NodeWorld;
let context: BrowserContext;
let bugs: unknown[];
let other: string;

beforeAll(async () => {
  await site.start();
  ({ world, context, bugs } = await watchedNodeWorld());
  other = await openTab(site.url('/plain', 'localhost'));
});

afterAll(async () => {
  await world?.stop();
  await site.stop();
});

async function openTab(url: string): Promise<string> {
  return (await world.node.run('primitive.tab.open', { url, waitUntil: 'load' })).tabSessionId;
}

async function outcomeOf({ action, input }: ActionRow, tabSessionId: string, timeoutMs = 60_000): Promise<string> {
  try {
    await world.node.run(action, { ...input({ silent: site.url('/silent') }) }, { tabSessionId, timeoutMs });
    return 'ok';
  } catch (error) {
    if (!(error instanceof OttoError)) return String(error);
    return error.code === 'internal_error' ? `internal_error: ${inspect(bugs)}` : error.code;
  }
}

let count = 0;

/** A tab of its own, where an action of the row can begin, and the door to its page. */
async function tabFor({ action }: ActionRow): Promise<{ tab: string; session: CDPSession }> {
  const last = `/page?${++count}`;
  const go = (path: string) => world.node.run('primitive.tab.navigate', { url: site.url(path) }, { tabSessionId: tab });
  const tab = await openTab(site.url(action.endsWith('forward') ? `/page?${count}&twice` : last));
  let at = last;
  if (action.endsWith('back')) await go((at = `${last}&next`));
  if (action.endsWith('forward')) {
    await go(`${last}&next`);
    await world.node.run('primitive.tab.back', {}, { tabSessionId: tab });
    at = `${last}&twice`;
  }
  const shown = context.pages().find((candidate) => candidate.url() === site.url(at));
  if (shown === undefined) throw new Error(`No tab is at ${at}.`);
  return { tab, session: await context.newCDPSession(shown) };
}

/** Runs a script in the page, and resolves when the page is in the middle of it. */
async function occupy(session: CDPSession, script: string): Promise<void> {
  const here = site.answered('/here');
  const asked = `const asked = new XMLHttpRequest(); asked.open('GET', '/here', false); asked.send();`;
  await session.send('Runtime.evaluate', { expression: `void setTimeout(() => { ${asked} ${script} })` });
  await here;
}

/** By the time at which it is answered, what was asked for before has begun. */
async function otherAnswers(): Promise<void> {
  const { text } = await world.node.run('primitive.dom.extract_text', { selector: 'h1' }, { tabSessionId: other });
  expect(text).toBe('Plain');
}

it('no action of the node is left out here', () => {
  expect(FORGOTTEN_ACTIONS).toEqual([]);
});

describe('in a page whose script never ends, and which crashes then, while another tab answers', () => {
  it.each(ACTION_ROWS)('$action ends as soon as the page is gone', async (row) => {
    const { tab, session } = await tabFor(row);
    await occupy(session, 'for (;;);');

    const outcome = outcomeOf(row, tab);
    await otherAnswers();
    // It is answered when the tab closes.
    session.send('Page.crash').catch(() => undefined);

    // The title of a page that crashes meanwhile is an outcome of its own.
    expect([row.always ?? 'tab_crashed', ...(row.action.endsWith('activate') ? ['tab_crashed'] : [])]).toContain(
      await outcome,
    );
    await world.node.run('primitive.tab.close', {}, { tabSessionId: tab });
  });
});

describe('in a page whose script never ends, while a tab of another site answers', () => {
  const rows = ACTION_ROWS.filter(({ action }) => PATIENT_ACTIONS.includes(action));

  it.each(rows)('$action ends in time', async (row) => {
    const { tab, session } = await tabFor(row);
    await occupy(session, 'for (;;);');

    const outcome = outcomeOf(row, tab, COMMAND_TIMEOUT_MS_MIN);
    await otherAnswers();

    expect(BUSY_CODES).toContain(await outcome);
    await world.node.run('primitive.tab.close', { force: true }, { tabSessionId: tab });
  });
});

/** Which one depends on who notices first: the driver that the page does not answer, or the relay that nobody does. */
const BUSY_CODES = ['script_failed', 'wait_timed_out', 'command_timed_out'];

describe('in a page that closes itself', () => {
  it.each(ACTION_ROWS.filter(({ always, moves }) => always === undefined && moves !== true))(
    '$action ends as soon as it is gone',
    async (row) => {
      const { tab, session } = await tabFor(row);
      await occupy(session, `const end = performance.now() + 200; while (performance.now() < end); close();`);

      const outcome = await outcomeOf(row, tab);

      // What was done before the page went is done.
      expect(['tab_closed', 'ok', 'unknown_tab_session']).toContain(outcome);
    },
  );
});

describe('in a page that goes elsewhere', () => {
  it.each(ACTION_ROWS.filter(({ always }) => always === undefined))('$action ends in a clear way', async (row) => {
    const { tab, session } = await tabFor(row);
    await occupy(
      session,
      `const end = performance.now() + 200; while (performance.now() < end); location.href = '/plain';`,
    );

    const outcome = await outcomeOf(row, tab, 3_000);

    expect(row.waits === true ? [...LEFT_CODES, 'command_timed_out'] : LEFT_CODES).toContain(outcome);
    await world.node.run('primitive.tab.close', { force: true }, { tabSessionId: tab });
  });
});

/** The plain page has nothing of what inputs look for. */
const LEFT_CODES = [
  'ok',
  'element_not_found',
  'element_not_actionable',
  'script_failed',
  'wait_timed_out',
  'navigation_failed',
];
