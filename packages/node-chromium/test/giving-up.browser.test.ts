import { describe, expect, it } from 'vitest';
import { actingTab } from './acting-tab.js';
import { HOSTILE_PAGES } from './hostile-pages.js';
import { browserAt } from './browser-at.js';
import { PageSite } from './page-site.js';
import { patient } from './test-browser.js';

const site = new PageSite(HOSTILE_PAGES);
const browser = browserAt(site);

async function tabAt(path: string) {
  const tab = await actingTab(browser.driver, site.url(path));
  browser.opened.push(tab.page);
  const evaluate = (expression: string) => tab.page.evaluate({ expression, signal: patient });
  /** What happened, when everything that was under way had its time. */
  const log = async () => {
    await evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))');
    return evaluate('document.getElementById("log").textContent.trim()');
  };
  return { ...tab, evaluate, log };
}

/** Aborted as soon as the page has got so far. */
function abortAfter(ms: number): AbortSignal {
  return AbortSignal.timeout(ms);
}

describe('an input that is cancelled', () => {
  it.each(['#covered', '#disabled', '#absent'])(
    'while it waits for its element never happens: %s',
    async (selector) => {
      const { click, evaluate, log } = await tabAt('/guarded');

      await expect(click(selector, {}, { signal: abortAfter(300) })).rejects.toMatchObject({
        code: 'command_cancelled',
        effect: 'none',
      });
      await evaluate('free()');

      expect(await log()).toBe('');
      await click(selector);
      expect(await log()).toBe(`click:${selector.slice(1)}`);
    },
  );

  it('before it began does nothing', async () => {
    const { click, evaluate, log } = await tabAt('/guarded');
    await evaluate('free()');

    await expect(click('#covered', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'command_cancelled',
      effect: 'none',
    });

    expect(await log()).toBe('');
  });

  it('when it was sent is over before its outcome is told, holds no key, and says that nobody knows', async () => {
    const { page, click, log } = await tabAt('/slow-handler');
    const abort = new AbortController();

    const clicking = click('#slow', { modifiers: ['Shift'] }, { signal: abort.signal });
    const failing = expect(clicking).rejects.toMatchObject({ code: 'command_cancelled', effect: 'unknown' });
    await expect.poll(() => page.console().messages.map(({ text }) => text), { interval: 10 }).toEqual(['down']);
    abort.abort();
    await failing;
    const first = await log();
    await click('#plain');

    expect(first).toBe('click:slow:shift');
    expect(await log()).toBe('click:slow:shift click:plain');
  });

  it('while text is typed ends between two keys', async () => {
    const { act, log } = await tabAt('/guarded');
    const text = 'abcdefghijklmnopqrstuvwxyz';

    const typing = act({ kind: 'type', text, delayMs: 50 }, { signal: abortAfter(400) });
    await expect(typing).rejects.toMatchObject({ code: 'command_cancelled', effect: 'unknown' });
    const typed = await log();

    expect(typed).toMatch(/^key:a/);
    expect(typed).not.toContain('key:z');
    expect(await log()).toBe(typed);
    await act({ kind: 'press', key: 'q' });
    expect(await log()).toBe(`${String(typed)} key:q`);
  });

  it('while something is dragged drops it nowhere, and holds nothing', async () => {
    const { act, log, evaluate } = await tabAt('/draggable#slow');
    const drag = { kind: 'drag', target: { selector: '#pointer' }, to: { selector: '#zone' } } as const;

    await expect(act(drag, { signal: abortAfter(700) })).rejects.toMatchObject({
      code: 'command_cancelled',
      effect: 'unknown',
    });
    await expect.poll(log).toMatch(/^down up:(nowhere|html)$/);

    await act({ kind: 'hover', target: { selector: '#native' }, modifiers: [] });
    expect(await evaluate('held')).toBe(false);
  });
});

describe('an element that goes away while it is waited for', () => {
  const nameOf = async ({ page }: Awaited<ReturnType<typeof tabAt>>, name: string) => {
    const { snapshot } = await page.snapshot({ maxNodes: 99, interestingOnly: true, signal: patient });
    return new RegExp(`"${name}".* \\[ref=(e\\d+)\\]`).exec(snapshot)?.[1] ?? `no ${name} in ${snapshot}`;
  };
  /** Longer than the test may take. */
  const long = { waitMs: 600_000 };

  it.each([
    ['removed', '/guarded', 'document.querySelector("#covered").remove()'],
    ['replaced with its page', '/guarded', 'location.reload()'],
    ['removed with its frame', '/guarded-frame', 'document.querySelector("#frame").remove()'],
    ['replaced with what its frame shows', '/guarded-frame', 'document.querySelector("#frame").src = "/plain"'],
  ])('makes its ref stale at once when it is %s', async (_what, path, change) => {
    const tab = await tabAt(path);
    const ref = await nameOf(tab, 'Covered');

    const clicking = expect(tab.click(ref, {}, long)).rejects.toMatchObject({
      code: 'stale_element_ref',
      effect: 'none',
    });
    await tab
      .evaluate(`new Promise((done) => setTimeout(done, 200)).then(() => void (${change}))`)
      .catch(() => undefined);

    await clicking;
  });

  it('because of the click itself was clicked', async () => {
    const tab = await tabAt('/slow-handler');

    await tab.click(await nameOf(tab, 'Fleeting'), { clickCount: 2 }, long);

    await expect(tab.text('#fleeting')).rejects.toMatchObject({ code: 'element_not_found' });
    await tab.click('#plain');
    expect(await tab.log()).toMatch(/click:plain$/);
  });

  it('with its frame is found in the one that comes instead', async () => {
    const tab = await tabAt('/guarded-frame');

    const clicking = tab.click('#covered', {}, long);
    await tab.evaluate(`(async () => {
      await new Promise((done) => setTimeout(done, 200));
      const next = document.createElement('iframe');
      const loaded = new Promise((done) => { next.onload = done; });
      next.src = '/guarded';
      frame.replaceWith(next);
      await loaded;
      next.contentWindow.eval('free()');
    })()`);

    await clicking;
  });

  it('is one that was not found, when a selector named it in a frame that goes', async () => {
    const tab = await tabAt('/guarded-frame');

    const clicking = expect(tab.click('#covered', {}, { waitMs: 1_500 })).rejects.toMatchObject({
      code: 'element_not_found',
      effect: 'none',
    });
    await tab.evaluate('new Promise((done) => setTimeout(done, 200)).then(() => frame.remove())');

    await clicking;
  });
});

describe('a page whose script never ends', () => {
  it('is told of in time, nothing was done, and no other tab waits for it', async () => {
    const { click } = await tabAt('/endless');
    const other = await tabAt('/guarded');

    const failing = expect(click('#button', {}, { waitMs: 1_500 })).rejects.toMatchObject({
      code: 'script_failed',
      message: expect.stringContaining('does not answer'),
      effect: 'none',
    });
    await other.evaluate('free()');
    await other.click('#covered', {}, { waitMs: 1_000 });

    await failing;
  });

  it('because of the input itself is told of in time, and the input was done', async () => {
    const { click, page } = await tabAt('/endless-handler');

    await expect(click('#endless', {}, { waitMs: 1_500 })).rejects.toMatchObject({
      code: 'script_failed',
      message: expect.stringContaining('does not answer'),
      effect: 'unknown',
    });

    await page.navigate({ url: site.url('/plain'), waitUntil: 'load', signal: patient });
    expect(await page.title()).toBe('Plain');
  });
});

describe('a page of a hundred thousand nodes', () => {
  it('is read and acted on in time, and other tabs answer meanwhile', async () => {
    const { page, click, text } = await tabAt('/many');
    const other = await tabAt('/plain');

    let isRead = false;
    const reading = page
      .snapshot({ maxNodes: 5_000, interestingOnly: true, signal: patient })
      .finally(() => (isRead = true));
    expect(await other.text('h1')).toBe('Plain page');
    const wasRead = isRead;
    const { snapshot, nodeCount, truncated } = await reading;
    await click('#last');

    expect(wasRead).toBe(false);
    expect({ nodeCount, truncated }).toEqual({ nodeCount: 5_000, truncated: true });
    expect(snapshot.split('\n')).toHaveLength(5_001);
    expect(await text('#last')).toBe('clicked');
  });

  it('stops being read when that is cancelled, and can be used at once', async () => {
    const { page, text } = await tabAt('/many');

    const reading = page.snapshot({ maxNodes: 5_000, interestingOnly: true, signal: abortAfter(300) });
    await expect(reading).rejects.toMatchObject({ code: 'command_cancelled' });

    expect(await text('#last')).toBe('Last');
  });
});

it('a page that crashed can be acted on when it is loaded again, and keeps its names apart', async () => {
  const { page, click, log, watcher } = await tabAt('/guarded');
  const outline = async () => (await page.snapshot({ maxNodes: 99, interestingOnly: true, signal: patient })).snapshot;
  const before = /button "Covered" \[ref=(e\d+)\]/.exec(await outline())?.[1] ?? '';
  await page.navigate({ url: 'chrome://crash', waitUntil: 'load', signal: patient }).catch(() => undefined);
  await watcher.until(({ ends }) => ends.includes('tab_crashed'));
  await expect(click('#covered')).rejects.toMatchObject({ code: 'tab_crashed' });

  for (const load of ['navigate', 'reload']) {
    if (load === 'navigate') await page.navigate({ url: site.url('/guarded'), waitUntil: 'load', signal: patient });
    else await page.move({ to: 'reload', signal: patient });
    await page.evaluate({ expression: 'free()', signal: patient });
    await click('#covered');
    expect(await log()).toBe('click:covered');
  }
  expect(await outline()).not.toContain(before);
  await expect(click(before)).rejects.toMatchObject({ code: 'stale_element_ref' });

  await page.navigate({ url: 'chrome://crash', waitUntil: 'load', signal: patient }).catch(() => undefined);
  await watcher.until(({ ends }) => ends.length === 2);
  await expect(page.move({ to: 'back', signal: patient })).rejects.toMatchObject({ code: 'tab_crashed' });
  await page.move({ to: 'reload', signal: patient });
  expect(page.url()).toBe(site.url('/guarded'));
  await page.close();
  expect(watcher.ends).toEqual(['tab_crashed', 'tab_crashed', 'tab_closed']);
});
