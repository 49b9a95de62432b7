import { describe, expect, it } from 'vitest';
import { actingTab } from './acting-tab.js';
import { LEADING_PAGES } from './leading-pages.js';
import { browserAt } from './browser-at.js';
import { PageSite } from './page-site.js';
import { patient } from './test-browser.js';

const site = new PageSite(LEADING_PAGES);
const browser = browserAt(site);

async function tabAt(path: string) {
  const tab = await actingTab(browser.driver, site.url(path));
  browser.opened.push(tab.page);
  return tab;
}

/** Far less than what the test may take: something that is not held up is done by then. */
const promptly = () => ({ waitMs: 9_000, signal: AbortSignal.timeout(5_000) });

describe('an input that leads to another page', () => {
  it.each([
    ['#link', '/next', 'Next'],
    ['#slow-link', '/slow', 'Slow'],
    ['#redirected', '/next', 'Next'],
    ['#assign', '/next', 'Next'],
    ['#soon', '/next', 'Next'],
    ['#submit', '/next?q=', 'Next'],
    ['#post', '/next', 'Next'],
    ['#down-press', '/next', 'Next'],
    ['#hash', '/start#part', 'Start'],
    ['#push', '/pushed', 'Pushed'],
    ['#reload', '/start', 'Start'],
  ])('is done when that page can be read: %s', async (selector, path, title) => {
    const { click, page } = await tabAt('/start');

    const told = await click(selector, {}, promptly());

    expect(page.url()).toBe(site.url(path));
    expect(told).toEqual({ title });
  });

  it('by the history of the page is done when that page can be read', async () => {
    const { click, page } = await tabAt('/next');
    await page.navigate({ url: site.url('/start'), waitUntil: 'load', signal: patient });

    await click('#back', {}, promptly());

    expect(page.url()).toBe(site.url('/next'));
    expect(await page.title()).toBe('Next');
  });

  it('by a key is done when that page can be read', async () => {
    const { act, page } = await tabAt('/start');

    await act({ kind: 'type', target: { selector: '#field' }, text: 'words\n', delayMs: 0 }, promptly());

    expect(page.url()).toBe(site.url('/next?q=words'));
    expect(await page.title()).toBe('Next');
  });

  it.each(['#silent', '#empty', '#download'])('that does not come is not held up without end: %s', async (selector) => {
    const { click, page } = await tabAt('/start');

    await click(selector, {}, promptly());

    expect(page.url()).toBe(site.url('/start'));
    await page.navigate({ url: site.url('/next'), waitUntil: 'load', signal: patient });
    expect(await page.title()).toBe('Next');
  });

  it('that cannot be reached ends at the page that says so', async () => {
    const { click, page } = await tabAt('/start');

    await click('#down', {}, promptly());

    expect(page.url()).toMatch(/^chrome-error:/);
    await expect(page.text({ selector: 'body', signal: patient })).rejects.toMatchObject({ code: 'navigation_failed' });
  });

  it('and leads nowhere is done at once, however many came before', async () => {
    const { click, text } = await tabAt('/start');

    for (let time = 0; time < 5; time++) await click('#none', {}, promptly());

    expect(await text('#none')).toBe('clicked');
  });
});

describe('a page that is left', () => {
  it('while it is typed into gets no more, and neither does the one that comes', async () => {
    const { act, page } = await tabAt('/start');

    const typing = act({ kind: 'type', target: { selector: '#field' }, text: 'ab\nnot for you', delayMs: 200 });

    await expect(typing).rejects.toMatchObject({
      code: 'element_not_actionable',
      message: expect.stringMatching(/^The page was left after \d+ of 14 characters\.$/),
      effect: 'unknown',
    });
    expect(page.url()).toBe(site.url('/next?q=ab'));
  });

  it('while an element of it is waited for is waited for in the page that comes', async () => {
    const { click, page } = await tabAt('/next');
    const clicking = click('#none');

    await page.navigate({ url: site.url('/start'), waitUntil: 'load', signal: patient });
    await clicking;

    expect(await page.text({ selector: '#none', signal: patient })).toBe('clicked');
  });
});

describe('a page that is on its way', () => {
  it('is what is acted on, rather than the one before', async () => {
    const tab = await tabAt('/next');
    await tab.page.navigate({ url: site.url('/start'), waitUntil: 'none', signal: patient });

    await tab.click('#none');

    expect(await tab.text('#none')).toBe('clicked');
  });

  it('and never comes is told of in time, and nothing was done', async () => {
    const { click } = await tabAt('/start');
    await click('#silent', {}, promptly());

    await expect(click('#none', {}, { waitMs: 1_500 })).rejects.toMatchObject({
      code: 'script_failed',
      message: 'The page does not answer: a script keeps it busy, or it is on its way to another page.',
      effect: 'none',
    });
  });

  it('and fails is why nothing can be done', async () => {
    const { page, click } = await tabAt('/start');
    await page.navigate({ url: 'http://127.0.0.1:1/', waitUntil: 'none', signal: patient });

    await expect(click('#none', {}, { waitMs: 1_000 })).rejects.toMatchObject({ code: 'navigation_failed' });
  });

  it('without end can be acted on', async () => {
    const page = await browser.driver.openPage({
      url: site.url('/never-ending'),
      waitUntil: 'commit',
      signal: patient,
    });
    browser.opened.push(page);

    await page.act(
      { kind: 'click', target: { selector: '#there' }, button: 'left', clickCount: 1, modifiers: [] },
      promptly(),
    );

    expect(await page.text({ selector: '#there', signal: patient })).toBe('clicked');
  });
});
