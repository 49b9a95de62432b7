import type { WaitCondition } from '@telepat/otto-node-runtime';
import { describe, expect, it } from 'vitest';
import { browserAt } from './browser-at.js';
import { PageSite, html } from './page-site.js';
import { patient } from './test-browser.js';

const site = new PageSite({
  '/changing': html(
    'Changing',
    `<div id="list"></div><p id="busy">Please wait</p><iframe src="http://localhost:{port}/inner"></iframe><script>
      const go = () => {
        document.getElementById('list').innerHTML = '<b id="item">Hello  World</b><i id="unseen" hidden>never shown</i>';
        document.getElementById('busy').remove();
        history.pushState(0, '', '/changing/done?x=1');
      };
      setTimeout(go, 300);
    </script>`,
  ),
  '/inner': html('Inner', '<script>setTimeout(() => document.body.append("Words of the frame"), 300)</script>'),
  '/slow-parts': html('Slow parts', '<p>text</p><img src="/slow-picture">'),
  '/slow-picture': (response) => void setTimeout(() => response.writeHead(404).end(), 400),
  '/plain': html('Plain', '<h1>Plain page</h1><a id="slow" href="/slow">slow</a>'),
  '/slow': (response) =>
    void setTimeout(() => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Slow page</h1>'), 6_000),
});
const browser = browserAt(site);

async function pageAt(path: string, waitUntil: 'commit' | 'load' = 'commit') {
  const page = await browser.driver.openPage({ url: site.url(path), waitUntil, signal: patient });
  browser.opened.push(page);
  const parts: (keyof WaitCondition)[] = [];
  const waitFor = (condition: WaitCondition, signal = patient) =>
    page.waitFor(condition, { signal, onPart: (name) => parts.push(name) });
  return { page, parts, waitFor };
}

describe('waiting', () => {
  it.each<[string, WaitCondition]>([
    ['an element that can be seen', { element: { selector: '#item', state: 'visible' } }],
    ['one in another language', { element: { selector: 'text=hello world', state: 'visible' } }],
    ['one that is there, though hidden', { element: { selector: '#unseen', state: 'attached' } }],
    ['one that is gone', { element: { selector: '#busy', state: 'detached' } }],
    ['one that is not to be seen', { element: { selector: '#busy', state: 'hidden' } }],
    ['a text', { text: 'hello world' }],
    ['a text in a frame of another site', { text: 'words of the frame' }],
    ['an address', { url: '**/changing/done?x=*' }],
    ['several things at once', { element: { selector: '#item', state: 'visible' }, text: 'Hello', loadState: 'load' }],
  ])('ends with %s', async (_what, condition) => {
    const { waitFor, page } = await pageAt('/changing');

    await waitFor(condition);

    const isDone = condition.text !== 'words of the frame';
    if (isDone) expect(page.url()).toBe(site.url('/changing/done?x=1'));
  });

  it('takes an address as it is', async () => {
    const { waitFor } = await pageAt('/changing');

    await waitFor({ url: site.url('/changing/done?x=1') });
  });

  it.each(['domcontentloaded', 'load', 'networkidle'] as const)(
    'ends when the page has come as far as %s',
    async (loadState) => {
      const { page, waitFor } = await pageAt('/slow-parts');

      await waitFor({ loadState });

      const state = await page.evaluate({ expression: 'document.readyState', signal: patient });
      expect(state).toBe(loadState === 'domcontentloaded' ? 'interactive' : 'complete');
    },
  );

  it('for a page to load does not take the page before for it', async () => {
    const { page, waitFor } = await pageAt('/plain', 'load');
    await page.act(
      { kind: 'click', target: { selector: '#slow' }, button: 'left', clickCount: 1, modifiers: [] },
      { waitMs: 9_000, signal: patient },
    );
    expect(page.url()).toBe(site.url('/plain'));

    await waitFor({ loadState: 'load' });

    expect(page.url()).toBe(site.url('/slow'));
  });

  it('tells which part has not come', async () => {
    const { waitFor, parts } = await pageAt('/changing');
    const abort = new AbortController();

    const waiting = waitFor(
      { element: { selector: '#item', state: 'visible' }, text: 'no such words', url: '**' },
      abort.signal,
    );
    void expect
      .poll(() => parts.at(-1), { timeout: 20_000 })
      .toBe('text')
      .then(() => abort.abort());

    await expect(waiting).rejects.toMatchObject({ code: 'command_cancelled' });
    expect(parts.at(-1)).toBe('text');
    expect(parts[0]).toBe('url');
  });

  it('refuses a selector that is none', async () => {
    const { waitFor } = await pageAt('/plain');

    await expect(waitFor({ element: { selector: 'p[', state: 'visible' } })).rejects.toMatchObject({
      code: 'invalid_action_input',
      message: expect.stringContaining('selector'),
    });
  });

  it('goes on over the pages that come meanwhile', async () => {
    const { page, waitFor } = await pageAt('/plain', 'load');
    const waiting = waitFor({ element: { selector: '#item', state: 'visible' } });

    await page.navigate({ url: site.url('/slow-parts'), waitUntil: 'load', signal: patient });
    await page.navigate({ url: site.url('/changing'), waitUntil: 'load', signal: patient });

    await waiting;
  });
});
