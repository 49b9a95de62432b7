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
  return { ...tab, evaluate, log: () => evaluate('document.getElementById("log").textContent.trim()') };
}

const drag = (selector: string, toSelector: string) =>
  ({ kind: 'drag', target: { selector }, to: { selector: toSelector } }) as const;

describe('dragging', () => {
  it.each(['zone', 'far-zone'])('drops what the browser itself drags, with what it carries: %s', async (id) => {
    const { act, log } = await tabAt('/draggable');

    await act(drag('#native', `#${id}`));

    expect(await log()).toBe(`dragstart drop:${id}:cargo`);
  });

  it('drops what a page drags by itself', async () => {
    const { act, log } = await tabAt('/draggable');

    await act(drag('#pointer', '#zone'));

    expect(await log()).toBe('down up:zone');
  });

  it('names the field of the selector that is none', async () => {
    const { act } = await tabAt('/draggable');

    await expect(act(drag('#native', 'p['))).rejects.toMatchObject({
      code: 'invalid_action_input',
      message: expect.stringMatching(/^toSelector is not well-formed/),
    });
  });
});

describe('scrolling', () => {
  const scroll = (dx: number, dy: number, selector?: string) =>
    ({ kind: 'scroll', dx, dy, ...(selector === undefined ? {} : { target: { selector } }) }) as const;

  it('moves the page by as much as was asked for, and is over then', async () => {
    const { act, evaluate } = await tabAt('/scrolling');

    await act(scroll(0, 700));
    expect(await evaluate('scrollY')).toBe(700);
    await act(scroll(300, -200));
    expect(await evaluate('[scrollX, scrollY]')).toEqual([300, 500]);
    await act(scroll(0, 1_000_000));
    expect(await evaluate('scrollY > 4000')).toBe(true);
    expect(await evaluate('trusted.length > 0 && trusted.every((one) => one)')).toBe(true);
  });

  it('moves what an element holds', async () => {
    const { act, evaluate } = await tabAt('/scrolling');

    await act(scroll(0, 400, '#inner'));

    expect(await evaluate('[document.getElementById("inner").scrollTop, scrollY]')).toEqual([400, 0]);
  });

  it('brings an element into view', async () => {
    const { act, evaluate } = await tabAt('/scrolling');

    await act({ kind: 'scroll_into_view', target: { selector: '#bottom' } });

    expect(await evaluate('document.getElementById("bottom").getBoundingClientRect().bottom <= innerHeight')).toBe(
      true,
    );
  });

  it('where there is nothing to scroll does nothing', async () => {
    const { act, evaluate } = await tabAt('/short');

    await act(scroll(0, 500));

    expect(await evaluate('scrollY')).toBe(0);
  });
});

describe('uploading', () => {
  const file = (name: string, text: string) => ({ name, mimeType: 'text/x-made-up', bytes: Buffer.from(text) });

  it('puts files into a field, also one that the page hides', async () => {
    const { act, log } = await tabAt('/uploads');

    await act({ kind: 'upload', target: { selector: '#one' }, files: [file('a.txt', 'one')] });
    await expect.poll(log).toBe('one:a.txt:text/x-made-up:one');
    await act({ kind: 'upload', target: { selector: '#many' }, files: [file('b.txt', 'two'), file('c.txt', 'three')] });
    await expect.poll(log).toBe('many:b.txt:text/x-made-up:two many:c.txt:text/x-made-up:three');
    await act({ kind: 'upload', target: { selector: '#many' }, files: [] });
    await expect.poll(log).toBe('');
  });

  it.each([
    ['#one', 2, 'The file field takes one file only.'],
    ['#log', 1, 'The element is no file field.'],
  ])('says why it cannot be done: %s', async (selector, count, message) => {
    const { act } = await tabAt('/uploads');
    const files = Array.from({ length: count }, (_, index) => file(`${index}.txt`, 'text'));

    await expect(act({ kind: 'upload', target: { selector }, files })).rejects.toMatchObject({
      code: 'element_not_actionable',
      message,
      effect: 'none',
    });
  });
});

it('an element of a picture can be named in every language of acting', async () => {
  const { page } = await tabAt('/draggable');
  const shoot = (element: { selector: string } | { ref: string }) =>
    page.screenshot({ mode: 'element', element, format: 'png', maxBytes: 1e6, signal: patient });
  const { snapshot } = await page.snapshot({ maxNodes: 100, interestingOnly: false, signal: patient });
  const ref = /generic \[ref=(e\d+)\]: far zone/.exec(snapshot)?.[1] ?? snapshot;

  for (const element of [{ selector: '#far-zone' }, { selector: 'text=far zone' }, { ref }]) {
    expect(await shoot(element)).toMatchObject({ width: 80, height: 80 });
  }
  await page.snapshot({ maxNodes: 100, interestingOnly: false, signal: patient });
  await expect(shoot({ ref })).rejects.toMatchObject({ code: 'stale_element_ref' });
  await expect(shoot({ selector: 'p[' })).rejects.toMatchObject({ code: 'invalid_action_input' });
});
