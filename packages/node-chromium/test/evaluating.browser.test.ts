import { describe, expect, it } from 'vitest';
import { ACTING_PAGES } from './acting-pages.js';
import { browserAt } from './browser-at.js';
import { PageSite } from './page-site.js';
import { patient } from './test-browser.js';

const site = new PageSite(ACTING_PAGES);
const browser = browserAt(site);

async function pageAt(path: string) {
  const page = await browser.driver.openPage({ url: site.url(path), waitUntil: 'load', signal: patient });
  browser.opened.push(page);
  const evaluate = (expression: string, arg?: unknown, signal = patient) =>
    page.evaluate({ expression, ...(arg === undefined ? {} : { arg }), signal });
  return { page, evaluate };
}

describe('evaluating', () => {
  it.each<[string, string, unknown]>([
    ['a number', '1 + 1', 2],
    ['a text, with a semicolon behind', 'document.title;', 'Plain'],
    ['an object', '{ a: [1, "two", null, { b: true }] }', { a: [1, 'two', null, { b: true }] }],
    ['a comment at the end', '7 // seven', 7],
    ['undefined', 'undefined', null],
    ['null', 'null', null],
    ['what JSON leaves out', '({ a: undefined, b: () => 1, c: NaN, d: [undefined, -0] })', { c: null, d: [null, 0] }],
    ['a date', 'new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['what has a form of its own', 'document.body.getBoundingClientRect()', expect.objectContaining({ x: 8 })],
    ['a promise', 'Promise.resolve(3)', 3],
    ['what is awaited', '(await Promise.resolve([4]))[0]', 4],
    ['a function', '() => 5', 5],
    ['a function of several lines', 'async function () {\n  const six = 6;\n  return six;\n}', 6],
    ['a value by the name of one of ours', 'typeof value + typeof run + typeof arg', 'undefinedundefinedundefined'],
  ])('gives %s', async (_what, expression, value) => {
    const { evaluate } = await pageAt('/plain');

    expect(await evaluate(expression)).toEqual(value);
  });

  it('calls a function with its argument, whatever it is', async () => {
    const { evaluate } = await pageAt('/plain');
    const arg = { text: '</script> "quoted" \u2028', list: [1, null, { deep: true }] };

    expect(await evaluate('(given) => given', arg)).toEqual(arg);
    expect(await evaluate('async ({ list }) => list.length', arg)).toBe(3);
  });

  it('runs among the scripts of the page', async () => {
    const { evaluate } = await pageAt('/form');

    await evaluate('note("from outside")');

    expect(await evaluate('document.getElementById("log").textContent')).toBe('from outside');
  });

  it.each([
    ['an element', 'document.body', /an element of the page/],
    ['an element within', '({ list: [document.body] })', /an element of the page/],
    ['a circle', '(() => { const a = {}; a.a = a; return { a }; })()', /refers to itself/],
    ['a BigInt', '({ a: 1n })', /BigInt/],
    ['a lone BigInt', '1n', /BigInt/],
    ['a symbol', 'Symbol("s")', /symbol/],
    ['a function of a function', '() => () => 1', /function/],
    ['an exception', '(() => { throw new TypeError("of the page\\nsecond line"); })()', /^TypeError: of the page$/],
    ['a rejection', 'Promise.reject(new Error("late"))', /^Error: late$/],
    ['a thrown text', '(() => { throw "just words"; })()', /just words/],
    ['what is no expression', 'const a = 1', /SyntaxError/],
    ['something that is not there', 'nothing.here', /^ReferenceError: nothing is not defined$/],
    ['a very long message', '(() => { throw new Error("x".repeat(1e6)); })()', /^Error: x{100,493}$/],
  ])('says why there is no value: %s', async (_what, expression, message) => {
    const { evaluate } = await pageAt('/plain');

    await expect(evaluate(expression)).rejects.toMatchObject({
      code: 'script_failed',
      message: expect.stringMatching(message),
    });
  });

  it('refuses a value that no answer could carry, before it leaves the page', async () => {
    const { evaluate } = await pageAt('/plain');

    await expect(evaluate('"x".repeat(3e8)')).rejects.toMatchObject({ code: 'content_too_large' });
    expect(await evaluate('"x".repeat(1e6).length')).toBe(1e6);
  });

  it('works on a page that replaced built-ins', async () => {
    const { evaluate } = await pageAt('/broken');

    expect(await evaluate('({ a: [1, { b: "c" }] })')).toEqual({ a: [1, { b: 'c' }] });
    await expect(evaluate('(() => { const a = {}; a.a = a; return a; })()')).rejects.toMatchObject({
      code: 'script_failed',
      message: expect.stringContaining('refers to itself'),
    });
  });

  it('takes no text of a page for JSON that is deeper than any', async () => {
    const { evaluate } = await pageAt('/plain');
    const deep = `(() => { JSON.stringify = () => '['.repeat(200000) + ']'.repeat(200000); })()`;

    await expect(evaluate(deep)).rejects.toMatchObject({
      code: 'script_failed',
      message: expect.stringContaining('nested too deeply'),
    });
  });

  it('ends a script without end when it is aborted, and the page works on', async () => {
    const { evaluate, page } = await pageAt('/plain');

    await expect(evaluate('(() => { for (;;); })()', undefined, AbortSignal.timeout(300))).rejects.toMatchObject({
      code: 'command_cancelled',
    });

    expect(await evaluate('1 + 1')).toBe(2);
    expect(await page.text({ selector: 'h1', signal: patient })).toBe('Plain page');
  });

  it('that only waits is left when it is aborted, and the scripts of the page go on', async () => {
    const { evaluate } = await pageAt('/plain');
    await evaluate('(() => { globalThis.turns = 0; setInterval(() => globalThis.turns++, 1); })()');

    const waiting = evaluate('new Promise(() => {})', undefined, AbortSignal.timeout(100));
    await expect(waiting).rejects.toMatchObject({ code: 'command_cancelled' });

    const turns = await evaluate('turns');
    await expect.poll(() => evaluate('turns')).toBeGreaterThan(Number(turns));
  });

  it('says so when the page is left meanwhile', async () => {
    const { evaluate, page } = await pageAt('/plain');

    await expect(evaluate('(location.href = "/form", new Promise(() => {}))')).rejects.toMatchObject({
      code: 'script_failed',
      message: 'The page was left while the script ran.',
    });
    expect(await page.title()).toBe('Form');
  });
});
