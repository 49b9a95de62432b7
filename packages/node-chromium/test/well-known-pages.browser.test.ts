import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ActionName, InputOf, OutputOf } from '@telepat/otto-sdk';
import { NodeWorld } from './node-world.js';
import { PackageSite } from './package-site.js';
import { PETS } from './pets.js';

const sites = {
  todomvc: new PackageSite('todomvc'),
  jquery: new PackageSite('jquery-ui-dist'),
  swagger: new PackageSite('swagger-ui-dist', PETS),
  reveal: new PackageSite('reveal.js'),
};
let world: NodeWorld;
let tabSessionId = '';

beforeAll(async () => {
  await Promise.all(Object.values(sites).map((site) => site.start()));
  world = await NodeWorld.start();
});

afterEach(() => run('primitive.tab.close', { force: true }));

afterAll(async () => {
  await world.stop();
  await Promise.all(Object.values(sites).map((site) => site.stop()));
});

async function open(url: string): Promise<void> {
  ({ tabSessionId } = await world.node.run('primitive.tab.open', { url, waitUntil: 'load' }));
}

function run<A extends ActionName>(action: A, input: InputOf<A>): Promise<OutputOf<A>> {
  return world.node.run(action, input, { tabSessionId, timeoutMs: 15_000 });
}

async function textOf(selector: string): Promise<string> {
  return (await run('primitive.dom.extract_text', { selector })).text.trim();
}

async function snapshot(): Promise<string> {
  return (await run('primitive.page.snapshot', {})).snapshot;
}

/** The ref of the first line of a fresh snapshot that the pattern matches. */
async function refOf(pattern: RegExp): Promise<string> {
  const outline = await snapshot();
  const line = outline.split('\n').find((each) => pattern.test(each));
  const ref = /\[ref=(e\d+)\]/.exec(line ?? '')?.[1];
  if (ref === undefined) throw new Error(`No line of the snapshot is like ${String(pattern)}:\n${outline}`);
  return ref;
}

describe.each(['react', 'backbone', 'vue', 'angularjs', 'knockoutjs', 'vanillajs'])('TodoMVC in %s', (framework) => {
  it('is used like by a person: tasks are added, done, renamed, filtered and removed', async () => {
    await open(sites.todomvc.url(`/examples/${framework}/`));
    for (const text of ['Buy milk', 'Write a letter', 'Sleep']) {
      await run('primitive.input.type', { selector: '#new-todo', text });
      // This vue takes a field in a timer of its own, and never empties one that is sent off before that.
      await run('primitive.page.evaluate', { expression: 'new Promise((done) => setTimeout(done))' });
      await run('primitive.input.press', { selector: '#new-todo', key: 'Enter' });
      await run('primitive.page.wait_for', { selector: '#todo-list', text });
      // What is typed before the field is empty comes behind the words that stand there.
      await expect.poll(() => value('#new-todo'), { timeout: 15_000 }).toBe('');
    }
    await run('primitive.page.wait_for', { text: '3 items left' });

    await run('primitive.input.check', { selector: '#todo-list li:nth-child(2) .toggle', checked: true });
    await run('primitive.page.wait_for', { text: '2 items left' });

    await run('primitive.input.click', { selector: '#todo-list li:nth-child(1) label', clickCount: 2 });
    await run('primitive.input.fill', { selector: '#todo-list li:nth-child(1) .edit', value: 'Buy oat milk' });
    await run('primitive.input.press', { key: 'Enter' });
    await run('primitive.page.wait_for', { selector: 'text=Buy oat milk' });

    await run('primitive.input.click', { selector: 'role=link[name="Completed"]' });
    await run('primitive.page.wait_for', { selector: 'text=Buy oat milk', state: 'hidden' });
    await run('primitive.page.wait_for', { text: 'Write a letter' });
    expect(await textOf('#todo-list')).toBe('Write a letter');

    await run('primitive.input.hover', { selector: '#todo-list li:not([style*="none"])' });
    await run('primitive.input.click', { selector: '#todo-list li .destroy' });
    await run('primitive.input.click', { selector: 'role=link[name="All"]' });
    await run('primitive.page.wait_for', { selector: 'text=Buy oat milk' });
    expect((await textOf('#todo-list')).split(/\s*\n\s*/)).toEqual(['Buy oat milk', 'Sleep']);
  });
});

describe('the demo of jQuery UI', () => {
  it('has its widgets worked: completion, tabs, dialog, slider, calendar, menus and spinner', async () => {
    await open(sites.jquery.url('/'));

    await run('primitive.input.type', { selector: '#autocomplete', text: 'jav' });
    await run('primitive.input.click', { selector: '.ui-autocomplete >> text="JavaScript"' });
    expect(await value('#autocomplete')).toBe('JavaScript');

    await run('primitive.input.click', { selector: '#tabs >> text=Third' });
    expect(await textOf('#tabs-3')).toContain('Nam dui erat');

    await run('primitive.input.click', { selector: 'role=button[name="Open Dialog"]' });
    expect(await snapshot()).toMatch(/dialog "Dialog Title"/);
    await run('primitive.input.click', { selector: 'role=button[name="Cancel"]' });
    await run('primitive.page.wait_for', { selector: '#dialog', state: 'hidden' });

    const left = () => run('primitive.page.evaluate', { expression: `$('#slider').slider('values', 1)` });
    const before = await left();
    await run('primitive.input.drag', {
      selector: '#slider .ui-slider-handle >> nth=1',
      toSelector: '#slider .ui-slider-handle >> nth=0',
    });
    expect((await left()).value).not.toEqual(before.value);

    await run('primitive.input.click', { selector: '#datepicker >> text="15"' });
    expect(await textOf('#datepicker .ui-state-active')).toBe('15');

    await run('primitive.input.click', { selector: '#selectmenu-button' });
    await run('primitive.input.click', { selector: '#selectmenu-menu >> text="Faster"' });
    expect(await textOf('#selectmenu-button')).toBe('Faster');

    await run('primitive.input.press', { selector: '#spinner', key: 'ArrowUp' });
    expect(await value('#spinner')).toBe('1');

    await run('primitive.input.hover', { selector: '#menu >> text="Item 3"' });
    await run('primitive.input.click', { selector: '#menu >> text="Item 3-2"' });
  });
});

async function value(selector: string): Promise<unknown> {
  const expression = `document.querySelector(${JSON.stringify(selector)}).value`;
  return (await run('primitive.page.evaluate', { expression })).value;
}

describe('Swagger UI', () => {
  it('is read by its outline, tried out by refs, and its traffic is heard', async () => {
    await open(sites.swagger.url('/'));
    await run('primitive.page.wait_for', { text: 'A shop of pets' });
    const heard = world.client.listeners.subscribe({
      nodeId: 'node_test',
      listener: 'network.http_intercept',
      options: { tabSessionId, site: '127.0.0.1', urlPatterns: ['**/pets/**'] },
    });
    const updates = heard[Symbol.asyncIterator]();
    const first = updates.next();

    await run('primitive.input.click', { ref: await refOf(/button "GET \/pets\/\{petId\}/) });
    await run('primitive.page.wait_for', { text: 'Try it out' });
    await run('primitive.input.click', { ref: await refOf(/button "Try it out/) });
    await run('primitive.page.wait_for', { text: 'Execute' });
    await run('primitive.input.fill', { ref: await refOf(/textbox "petId"/), value: '7' });
    await run('primitive.input.click', { ref: await refOf(/button "Execute"/) });

    await run('primitive.page.wait_for', { selector: '.responses-table.live-responses-table' });
    expect(await textOf('.live-responses-table')).toContain('"name": "Mimi"');
    const update = await first;
    expect(update.value).toMatchObject({ data: { url: sites.swagger.url('/pets/7.json'), status: 200 } });
    await updates.return?.();
  });
});

describe('the demo of reveal.js', () => {
  it('is paged through by keys, and read as Markdown and PDF', async () => {
    await open(sites.reveal.url('/demo.html'));
    await run('primitive.page.wait_for', { selector: '.reveal.ready' });

    await run('primitive.input.press', { key: 'ArrowRight' });
    const { url } = await run('primitive.page.wait_for', { url: '**#/1' });

    expect(url).toMatch(/#\/1$/);
    expect((await run('primitive.dom.extract_markdown', { selector: '.present' })).content).toContain('Hello There');
    const { contentBase64, byteLength } = await run('primitive.page.pdf', { landscape: true });
    expect(Buffer.from(contentBase64, 'base64').subarray(0, 5).toString()).toBe('%PDF-');
    expect(Buffer.from(contentBase64, 'base64').length).toBe(byteLength);
  });
});
