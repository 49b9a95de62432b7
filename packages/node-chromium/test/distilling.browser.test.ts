import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChromiumDriver } from '../src/index.js';
import { PageSite } from './page-site.js';
import { launchTestBrowser, patient } from './test-browser.js';

const SENTENCES = 'The harbour lies still, and nobody on the pier says a word about the ships that left it. '.repeat(4);
const PARAGRAPHS = ['First', 'Second', 'Third'].map((word) => `<p>${word}: ${SENTENCES}</p>`).join('');
const NAVIGATION =
  '<nav class="sidebar"><ul><li><a href="/home">Home</a></li><li><a href="/more">More</a></li></ul></nav>';

const site = new PageSite({
  '/article': page(
    `${NAVIGATION}<article onclick="steal()">${PARAGRAPHS}
      <h2 id="code">Some code</h2><pre><code class="language-js">const a = 1;</code></pre>
      <p>See <a href="next?a=1">the next one</a> and <a href="#code">the code above</a>. ${SENTENCES}</p>
      <p style="display:none">Never shown ${SENTENCES}</p>
    </article><div class="advertisement">Buy now!</div>`,
  ),
  '/form': page('<h1>Sign in</h1><form action="/in"><input name="user"><a href="help">Help</a></form>'),
  '/links': page(
    `<ul>${Array.from({ length: 40 }, (_, index) => `<li><a href="/${index}">The ${index}th of many entries</a></li>`).join('')}</ul>`,
  ),
  '/watching': page(
    `<article>${PARAGRAPHS}<x-counted>counted</x-counted><img src="data:," data-src="/late.png" alt="Late">
      <noscript><img src="/beacon.gif" onerror="document.title = 'ran'"></noscript>
      <img src="/shown.png" onerror="document.title += '!'" alt="Shown"></article>
    <script>
      onload = () => {
        customElements.define('x-counted', class extends HTMLElement {
          constructor() { super(); document.title += '+'; }
        });
        document.title = 'Watching';
        const watch = () => (document.title = 'changed');
        new MutationObserver(watch).observe(document.body, {
          subtree: true, childList: true, attributes: true, characterData: true,
        });
      };
    </script>`,
  ),
  '/names': page(
    `<form name="body"><input name="childNodes"><input name="parentNode"><input id="tagName">
      <article>${PARAGRAPHS}</article></form><img name="documentElement"><form name="getElementsByTagName"></form>
    <script>
      const broken = () => { throw new Error('broken by the page'); };
      for (const name of ['map', 'filter', 'push', 'forEach', 'indexOf']) Array.prototype[name] = broken;
      String.prototype.replace = String.prototype.trim = RegExp.prototype.test = broken;
      Element.prototype.getAttribute = Document.prototype.createElement = broken;
    </script>`,
  ),
  '/components': page(
    `<my-app><p>${SENTENCES}</p></my-app><script>
      customElements.define('my-app', class extends HTMLElement {
        constructor() {
          super();
          this.attachShadow({ mode: 'open' }).innerHTML =
            '<style>:host { display: block }</style><h2>In the shadow</h2><my-part></my-part><main><slot></slot></main>';
        }
      });
      customElements.define('my-part', class extends HTMLElement {
        constructor() {
          super();
          this.attachShadow({ mode: 'open' }).innerHTML = ${JSON.stringify(`${PARAGRAPHS}<p hidden>hidden</p>`)};
        }
      });
    </script>`,
  ),
});
let driver: ChromiumDriver;

beforeAll(async () => {
  await site.start();
  driver = await launchTestBrowser();
});

afterAll(async () => {
  await driver.close();
  await site.stop();
});

function page(body: string): string {
  return `<!DOCTYPE html><html lang="en"><head><title>A page</title></head><body>${body}</body></html>`;
}

function open(path: string) {
  return driver.openPage({ url: site.url(path), waitUntil: 'load', signal: patient });
}

async function distilled(path: string, selector?: string): Promise<{ content: string; fallbackUsed?: boolean }> {
  const opened = await open(path);
  const chosen = selector === undefined ? {} : { selector };
  const read = await opened.content({ kind: 'readability', signal: patient, ...chosen });
  await opened.close();
  return read;
}

describe('the article of a page', () => {
  it('is its clean HTML, with absolute links and the languages of its code, without what stands around it', async () => {
    const { content, fallbackUsed } = await distilled('/article');

    expect(fallbackUsed).toBe(false);
    expect(content).toContain('Second: The harbour');
    expect(content).toContain('<code class="language-js">const a = 1;</code>');
    expect(content).toContain(`<a href="${site.url('/next?a=1')}">the next one</a>`);
    expect(content).toContain(`<a href="${site.url('/article#code')}">the code above</a>`);
    for (const left of ['Home', 'Buy now', 'steal()', 'Never shown']) expect(content).not.toContain(left);
  });

  it.each(['/form', '/links'])(
    'is the clean HTML of all, and says so, where a page is no article: %s',
    async (path) => {
      const { content, fallbackUsed } = await distilled(path);

      expect(fallbackUsed).toBe(true);
      expect(content).toMatch(/^<body>/);
      expect(content).toContain(path === '/form' ? `<a href="${site.url('/help')}">Help</a>` : 'The 39th of many');
    },
  );

  it('can be had of one element', async () => {
    expect((await distilled('/article', 'nav')).content).toMatch(/^<nav class="sidebar"><ul><li><a href="http:.*Home/);
    await expect(distilled('/article', '#gone')).rejects.toMatchObject({ code: 'element_not_found' });
  });

  it('is found without a change to the page, and nothing of the page loads or runs for it', async () => {
    const opened = await open('/watching');
    const before = await opened.content({ kind: 'raw_html', signal: patient });
    expect(await opened.title()).toBe('Watching');
    const requests = [...site.requests];

    const { content, fallbackUsed } = await opened.content({ kind: 'readability', signal: patient });

    expect(fallbackUsed).toBe(false);
    expect(content).toContain('counted');
    expect(await opened.content({ kind: 'raw_html', signal: patient })).toEqual(before);
    expect(await opened.title()).toBe('Watching');
    expect(site.requests).toEqual(requests);
    await opened.close();
  });

  it('is not disturbed by replaced built-ins, nor by names in the HTML', async () => {
    const { content, fallbackUsed } = await distilled('/names');

    expect(fallbackUsed).toBe(false);
    expect(content).toContain('Third: The harbour');
  });
});

describe('a page that renders itself in components', () => {
  it('has an article, with what was put into the slots at their places', async () => {
    const { content, fallbackUsed } = await distilled('/components');

    expect(fallbackUsed).toBe(false);
    expect(content).toMatch(/In the shadow[\s\S]*First: The harbour[\s\S]*<p>The harbour/);
    expect(content).not.toContain('hidden');
  });

  it('has text, a line for each block', async () => {
    const opened = await open('/components');
    const text = await opened.text({ selector: 'body', signal: patient });
    await opened.close();

    const paragraphs = ['First: ', 'Second: ', 'Third: ', ''].map((word) => `${word}${SENTENCES.trim()}`);
    expect(text).toBe(['In the shadow', '', ...paragraphs.join('\n\n').split('\n')].join('\n'));
  });

  it('has raw HTML in which its shadow trees are templates', async () => {
    const opened = await open('/components');
    const { content } = await opened.content({ kind: 'raw_html', signal: patient });
    await opened.close();

    expect(content).toMatch(/^<!DOCTYPE html>\n<html lang="en"><head>/);
    expect(content).toMatch(
      /<my-app><template shadowrootmode="open"><style>.*<my-part><template shadowrootmode="open">/,
    );
    expect(content).toMatch(/<\/html>$/);
  });
});
