import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChromiumDriver } from '../src/index.js';
import { FixtureSite } from './fixture-site.js';
import { launchTestBrowser, patient } from './test-browser.js';

const site = new FixtureSite();
let driver: ChromiumDriver;

beforeAll(async () => {
  await site.start();
  driver = await launchTestBrowser();
});

afterAll(async () => {
  await driver.close();
  await site.stop();
});

async function pageAt(path: string) {
  return driver.openPage({ url: site.url(path), waitUntil: 'load', signal: patient });
}

async function read(path: string, kind: 'markdown' | 'clean_html' | 'raw_html', selector?: string): Promise<string> {
  const page = await pageAt(path);
  const { content } = await page.content({ kind, signal: patient, ...(selector === undefined ? {} : { selector }) });
  await page.close();
  return content;
}

describe('Markdown of a page', () => {
  it('has headings, emphasis, lists, quotes, code with its language, absolute links and pictures, and the navigation last', async () => {
    expect(await read('/article', 'markdown')).toBe(
      `# An article

With *words*, **weight**, ~~mistakes~~ and [a link](${site.url('/next?a=1#b')}).

but this is seen

> Quoted once
>
> and again

- one
- two
  - inner
- [x] done

3. three
4. four

\`\`\`js
const a = [1, 2];
if (a || b) { run("\`x\`"); }
\`\`\`

\`\`\`python
def f():
    pass
\`\`\`

Inline \`a || b\` of Vec\\<T> and \\&amp; here. ![A picture](${site.url('/img/pic.png')})

![Late](${site.url('/late.png')}) Only words no target

### [Card title](${site.url('/card')})

Card text

---

[Home](${site.url('/')}) [About](${site.url('/about')})`,
    );
  });

  it('has tables that are rectangular, with a head, and with their bars escaped', async () => {
    expect(await read('/tables', 'markdown')).toBe(`Prices

| Item | Price |
| --- | --- |
| a \\|\\| b | 1 |
| List<br>- x<br>- y | **2** |
| both |  |

|  |  |
| --- | --- |
| tall | 1 |
|  | 2 |

left

right`);
  });

  it('has the navigation alone where there is nothing else', async () => {
    expect(await read('/nav-only', 'markdown')).toBe(`- [First](${site.url('/a')})\n- [Second](${site.url('/b')})`);
  });

  it('has what a script made, and what components keep in their open shadow trees', async () => {
    expect(await read('/shadow', 'markdown')).toBe('## In the shadow\n\nSlotted name');
    const page = await pageAt('/script-made');
    await expect
      .poll(() => page.content({ kind: 'markdown', signal: patient }))
      .toMatchObject({
        title: 'Made by script',
        content: expect.stringContaining('# Made by script'),
      });
    expect(await page.title()).toBe('Made by script');
    await page.close();
  });

  it('can be had of one element, and of plain text', async () => {
    expect(await read('/article', 'markdown', 'ol')).toBe('3. three\n4. four');
    expect(await read('/text', 'markdown')).toBe('```\njust * text *\nsecond line\n```');
  });

  it('can be had of a page that is nested deeper than any stack', async () => {
    expect(await read('/deep', 'markdown')).toBe('bottom of it\n\ntop of it');
  });
});

describe('HTML of a page', () => {
  it('is, when clean, without scripts, styles, handlers, comments and secrets, and keeps what means something', async () => {
    const html = await read('/clean', 'clean_html');

    expect(html.replace(/\n\s*/g, '')).toBe(
      '<html lang="en"><head><title>Clean me</title></head><body>' +
        '<main id="m" class="wide"><a href="/rel" aria-label="Go" rel="next">go</a><a>js</a>' +
        '<time datetime="2026-01-31">today</time><img src="a.png" alt="A">' +
        '<input name="q" type="search" placeholder="Find"><input type="password">' +
        '<svg role="img">Logo</svg></main></body></html>',
    );
  });

  it('is, when raw, as the page has it, with its doctype', async () => {
    const html = await read('/clean', 'raw_html');

    expect(html).toMatch(/^<!DOCTYPE html>\n<html lang="en">/);
    expect(html).toContain('<!-- secret -->');
    expect(html).toContain('onclick="steal()"');
    expect(await read('/plain', 'raw_html', 'h1')).toBe('<h1>Plain page</h1>');
  });
});

describe('reading', () => {
  it('gives the text of the first match as it is shown', async () => {
    const page = await pageAt('/article');

    expect(await page.text({ selector: 'blockquote', signal: patient })).toBe('Quoted once\n\nand again');
    expect(await page.text({ selector: 'body', signal: patient })).not.toContain('display none');
    await page.close();
  });

  it('is not disturbed by a page that replaced built-ins, nor by names in its HTML', async () => {
    const page = await pageAt('/broken-builtins');

    expect(await page.content({ kind: 'markdown', signal: patient })).toEqual({
      title: 'Broken',
      content: '# Still readable\n\nin a form',
    });
    expect(await page.text({ selector: 'h1', signal: patient })).toBe('Still readable');
    const clean = await page.content({ kind: 'clean_html', signal: patient });
    expect(clean.content).toContain('<h1>Still readable</h1>');
    expect(await page.title()).toBe('Broken');
    await page.close();
  });

  it('names what it cannot find, and a selector that is none', async () => {
    const page = await pageAt('/plain');

    await expect(page.text({ selector: '#gone', signal: patient })).rejects.toMatchObject({
      code: 'element_not_found',
    });
    await expect(page.content({ kind: 'markdown', selector: 'p[', signal: patient })).rejects.toMatchObject({
      code: 'invalid_action_input',
    });
    await page.close();
  });

  it('stops the work in the page when it is aborted, and the page can be read again', async () => {
    const page = await pageAt('/many?20000');
    const abort = new AbortController();
    const reading = page.content({ kind: 'markdown', signal: abort.signal });
    setTimeout(() => abort.abort(), 300);

    await expect(reading).rejects.toMatchObject({ code: 'command_cancelled' });
    expect(await page.text({ selector: 'p', signal: AbortSignal.timeout(5_000) })).toContain('A paragraph');
    await page.close();
  });
});
