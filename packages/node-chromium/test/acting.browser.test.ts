import { describe, expect, it } from 'vitest';
import { ACTING_PAGES } from './acting-pages.js';
import { actingTab } from './acting-tab.js';
import { browserAt } from './browser-at.js';
import { PageSite } from './page-site.js';
import { patient } from './test-browser.js';

const site = new PageSite(ACTING_PAGES);
const browser = browserAt(site);

async function tabAt(path: string) {
  const tab = await actingTab(browser.driver, site.url(path));
  browser.opened.push(tab.page);
  const value = async (selector: string) => {
    const { snapshot } = await tab.page.snapshot({ maxNodes: 100, interestingOnly: false, signal: patient });
    return { snapshot, selector };
  };
  return { ...tab, value };
}

const SHORT = { waitMs: 700 };

describe('a click', () => {
  it('is like that of a person: each event is trusted, in its order', async () => {
    const { click, log } = await tabAt('/buttons');

    await click('#plain');

    expect(await log()).toEqual(['mouseover', 'mousedown', 'focus', 'mouseup', 'click'].map((type) => `${type} plain`));
  });

  it('can be double, of another button, and with keys held', async () => {
    const { click, log } = await tabAt('/buttons');

    await click('#double', { clickCount: 2 });
    await click('#plain', { button: 'right' });
    await click('#plain', { button: 'middle', modifiers: ['Shift'] });

    const entries = await log();
    expect(entries).toContain('twice');
    expect(entries).toContain('contextmenu plain');
    expect(entries).toContain('auxclick plain');
    expect(entries.filter((entry) => entry.includes('UNTRUSTED'))).toEqual([]);
  });

  it.each([
    ['by its words', 'text=Far down', 'far'],
    ['by role and name', 'role=button[name="Far down"]', 'far'],
    ['by CSS, the first that can be seen', '.twin', 'shown-twin'],
  ])('finds its element %s, and scrolls to it', async (_how, selector, id) => {
    const { click, log } = await tabAt('/buttons');

    await click(selector);

    expect(await log()).toContain(`click ${id}`);
  });

  it.each(['#late', '#later'])('waits for an element that is late or disabled: %s', async (selector) => {
    const { click, log } = await tabAt('/buttons');

    await click(selector);

    expect(await log()).toContain(`click ${selector.slice(1)}`);
  });

  it('waits until an element stands still', async () => {
    const { click, log } = await tabAt('/moving');

    await click('#moving');

    expect(await log()).toContain('click moving');
  });

  it('that misses, because its element moved under the pointer, is repeated', async () => {
    const { click, log } = await tabAt('/dodging');

    await click('#dodging');

    expect((await log()).filter((entry) => entry === 'click dodging')).toHaveLength(1);
  });

  it('finds what components keep in their open shadow trees', async () => {
    const { click, log } = await tabAt('/shadow');

    await click('#inner');
    await click('text=Shaded');

    expect((await log()).filter((entry) => entry === 'it was clicked')).toHaveLength(2);
  });

  it('is not disturbed by a page that replaced built-ins, nor by names in its HTML', async () => {
    const { click, fill, text, page } = await tabAt('/broken');

    await click('#count');
    await click('role=button');
    await fill('#field', 'written');

    expect(await text('#count')).toBe('2');
    const { snapshot } = await page.snapshot({ maxNodes: 100, interestingOnly: true, signal: patient });
    expect(snapshot).toMatch(/- button "2"/);
    expect(snapshot).toMatch(/- textbox .*: written/);
  });
});

describe('what cannot be done is told in one sentence, and nothing was done', () => {
  it.each([
    ['/buttons', '#none', 'element_not_found', /^Nothing in the page matches the selector\.$/],
    ['/buttons', '#hidden-twin', 'element_not_actionable', /^The element is there, but hidden\.$/],
    ['/buttons', '#never', 'element_not_actionable', /^The element is disabled\.$/],
    ['/moving', '#restless', 'element_not_actionable', /^The element keeps moving\.$/],
    ['/covered', '#covered', 'element_not_actionable', /^The element is covered by div#overlay\.wide\.dark\.$/],
  ])('%s %s', async (path, selector, code, message) => {
    const { click } = await tabAt(path);

    await expect(click(selector, {}, SHORT)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      effect: 'none',
    });
  });

  it.each([
    'p[',
    'role=button[',
    'role=button[name="a"',
    '>>',
    'nonsense=x',
    'text=/(/',
    'aria-ref=e1',
    'p >> internal:control=enter-frame',
  ])('a selector that is none: %s', async (selector) => {
    const { click } = await tabAt('/buttons');

    await expect(click(selector)).rejects.toMatchObject({
      code: 'invalid_action_input',
      message: expect.stringMatching(/^selector is not well-formed: ./),
      effect: 'none',
    });
  });
});

it('a page whose HTML hides what every search needs is told of as such', async () => {
  const { click, page } = await tabAt('/clobbered');

  await expect(click('role=button')).rejects.toMatchObject({
    code: 'script_failed',
    message: expect.stringContaining('cannot be searched'),
    effect: 'none',
  });
  await expect(page.snapshot({ maxNodes: 9, interestingOnly: true, signal: patient })).rejects.toMatchObject({
    code: 'script_failed',
  });
});

describe('a field', () => {
  it('is filled at once, and is typed into key by key', async () => {
    const { act, fill, log, page } = await tabAt('/form');

    await fill('#name', 'Ada');
    await fill('#editable', 'new words');
    await act({ kind: 'type', target: { selector: '#area' }, text: 'aé\n😀', delayMs: 5 });
    await act({ kind: 'press', target: { selector: '#area' }, key: 'Control+a' });
    await act({ kind: 'type', text: 'z', delayMs: 0 });

    const { snapshot } = await page.snapshot({ maxNodes: 100, interestingOnly: true, signal: patient });
    expect(snapshot).toContain(': Ada');
    expect(snapshot).toContain('new words');
    expect(snapshot).toMatch(/textbox \[active\] \[ref=e\d+\]: z/);
    const entries = await log();
    expect(entries.filter((entry) => entry.endsWith('area'))).toEqual(
      expect.arrayContaining(['keydown area', 'beforeinput area', 'input area', 'keyup area']),
    );
    expect(entries).toContain('input name');
    expect(entries.filter((entry) => entry.includes('UNTRUSTED'))).toEqual([]);
  });

  it.each([
    ['#readonly', 'x', 'The field is read-only.'],
    ['#plain', 'x', 'The element is no field that holds text.'],
    ['#box', 'x', 'A field of this kind holds no text.'],
    ['#number', 'x', 'The field takes numbers only.'],
    ['#date', 'x', 'The field did not take the value: a field of type date has a form of its own.', 'unknown'],
  ])('that cannot be filled says why: %s', async (selector, value, message, effect = 'none') => {
    const { fill } = await tabAt('/form');

    await expect(fill(selector, value, SHORT)).rejects.toMatchObject({
      code: 'element_not_actionable',
      message,
      effect,
    });
  });

  it('refuses a key that no keyboard has, and holds none of the combination', async () => {
    const { act, log } = await tabAt('/form');
    const target = { selector: '#name' };

    for (const key of ['Nonsense', 'Control+Nonsense']) {
      await expect(act({ kind: 'press', target, key })).rejects.toMatchObject({
        code: 'invalid_action_input',
        message: expect.stringContaining('key'),
        effect: 'none',
      });
    }
    await act({ kind: 'press', target, key: 'a' });

    expect(await log()).toContain('input name');
  });

  it('submits its form with Enter', async () => {
    const { act, log } = await tabAt('/form');

    await act({ kind: 'press', target: { selector: '#name' }, key: 'Enter' });

    expect(await log()).toContain('submitted');
  });
});

describe('choosing', () => {
  const select = (selector: string, ...values: string[]) => ({ kind: 'select', target: { selector }, values }) as const;
  const check = (selector: string, checked: boolean) => ({ kind: 'check', target: { selector }, checked }) as const;

  it('takes options by value or label, several where the list allows it', async () => {
    const { act, page } = await tabAt('/form');

    await act(select('#size', 'm'));
    await act(select('#toppings', 'Olives', 'Onions'));

    const { snapshot } = await page.snapshot({ maxNodes: 100, interestingOnly: true, signal: patient });
    for (const name of ['Medium', 'Olives', 'Onions']) expect(snapshot).toContain(`option "${name}" [selected]`);
    expect(snapshot).not.toContain('option "Cheese" [selected]');
    await act(select('#size', 'Small'));
    await act(select('#toppings'));
    const { snapshot: later } = await page.snapshot({ maxNodes: 100, interestingOnly: true, signal: patient });
    expect(later).toContain('option "Small" [selected]');
    expect(later.match(/\[selected\]/g)).toHaveLength(1);
  });

  it.each([
    ['#size', ['huge'], 'The list does not have all of these options.', 'none'],
    ['#size', ['x'], 'An option that was to be chosen is disabled.', 'none'],
    ['#plain', ['x'], 'The element is no list of options.', 'none'],
    ['#size', ['s', 'm'], 'The list takes one option at a time.', 'none'],
  ])('says why an option cannot be had: %s %j', async (selector, values, message, effect) => {
    const { act } = await tabAt('/form');

    await expect(act(select(selector, ...values), SHORT)).rejects.toMatchObject({
      code: 'element_not_actionable',
      message,
      effect,
    });
  });

  it.each([
    ['#late', 'Come late', 'an option that comes late'],
    ['#grouped', 'Three', 'one behind groups, and others that cannot be chosen'],
    ['#box', 'C', 'one of a box'],
  ])('is heard by the page as if a person chose, once: %s, %s', async (selector, value) => {
    const { act, log, page } = await tabAt('/lists');

    await act(select(selector, value));
    await act(select(selector, value));

    const id = selector.slice(1);
    expect((await log()).filter((entry) => /^(input|change) /.test(entry))).toEqual([`input ${id}`, `change ${id}`]);
    const chosen = await page.evaluate({
      expression: `document.getElementById('${id}').selectedOptions[0].text`,
      signal: patient,
    });
    expect(chosen).toBe(value);
  });

  it.each([
    ['#long', 'Option 500', 'a list of more options than are walked through'],
    ['#keyless', 'Blue', 'a list that takes no keys'],
  ])('works by script where hands cannot: %s, %s', async (selector, value) => {
    const { act, page } = await tabAt('/lists');

    await act(select(selector, value));

    const expression = `document.getElementById('${selector.slice(1)}').selectedOptions[0].text`;
    expect(await page.evaluate({ expression, signal: patient })).toBe(value);
  });

  it('leaves a list without a choice when nothing is wanted, and chooses nothing on the way', async () => {
    const { act, log, page } = await tabAt('/lists');

    await act(select('#grouped'));

    expect((await log()).filter((entry) => entry.startsWith('change '))).toEqual(['change grouped UNTRUSTED']);
    const expression = `document.getElementById('grouped').selectedIndex`;
    expect(await page.evaluate({ expression, signal: patient })).toBe(-1);
  });

  it('checks and unchecks boxes, also custom ones, and chooses radio buttons', async () => {
    const { act, page, log } = await tabAt('/form');

    for (const selector of ['#box', '#custom', '#radio-b']) {
      await act(check(selector, true));
      await act(check(selector, true));
    }

    const { snapshot } = await page.snapshot({ maxNodes: 100, interestingOnly: true, signal: patient });
    expect(snapshot).toContain('checkbox "Custom" [checked]');
    expect(snapshot).toContain('radio "B" [checked]');
    expect((await log()).filter((entry) => entry === 'change box')).toHaveLength(1);
    await act(check('#box', false));
    expect((await log()).filter((entry) => entry === 'change box')).toHaveLength(2);
  });

  it.each([
    ['#radio-a', false, 'A radio button is unchecked only by choosing another one.', 'none'],
    ['#stubborn', true, 'The box was clicked, but the page left it as it was.', 'unknown'],
    ['#plain', true, 'The element is no checkbox and no radio button.', 'none'],
  ])('says why a box cannot be changed: %s', async (selector, checked, message, effect) => {
    const { act } = await tabAt('/form');

    await expect(act(check(selector, checked))).rejects.toMatchObject({
      code: 'element_not_actionable',
      message,
      effect,
    });
  });
});
