import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChromiumDriver } from '../src/index.js';
import { PageSite } from './page-site.js';
import { launchTestBrowser, patient } from './test-browser.js';

const NUMBERED = '<td class="gutter"><pre>1\n2</pre></td><td class="code"><pre class="ruby">def a\n  b</pre></td>';
const TEX = '<semantics><mi>x</mi><annotation encoding="application/x-tex">x_1 * y</annotation></semantics>';

/** What stands in the body of a page, and what that is in Markdown. */
const CASES: Readonly<Record<string, readonly [html: string, markdown: string]>> = {
  'a link has its brackets and blanks': [
    '<a href="http://a.example/b(c)">one</a> <a href="http://a.example/b)c d">two</a>',
    '[one](http://a.example/b(c)) [two](http://a.example/b\\)c%20d)',
  ],
  'a link that shows a drawing only has the name that it is read aloud by': [
    '<a href="http://a.example/" aria-label="Search"><svg></svg></a> <a href="http://b.example/"><i></i></a>',
    '[Search](http://a.example/)',
  ],
  'a link around a card is that of its most important heading': [
    '<a href="http://a.example/"><h4>Next</h4><h3>Title</h3><p>Words</p></a>',
    '#### Next\n\n### [Title](http://a.example/)\n\nWords',
  ],
  'a list is numbered from its start, over what is no item, and however long it is': [
    `<ol start="3"><li>a</li><p>b</p><li>c</li>${'<li>d</li>'.repeat(20_000)}</ol>`,
    ['3. a', '\nb\n', '4. c', ...Array.from({ length: 20_000 }, (_, index) => `${index + 5}. d`)].join('\n'),
  ],
  'a heading by its role is one': [
    '<div role="heading" aria-level="3">By role</div><div role="heading">Without level</div>',
    '### By role\n\n## Without level',
  ],
  'navigation in the content stays there, that of the page comes last': [
    '<nav><a href="http://a.example/">Site</a></nav><main><nav><a href="#a">Contents</a></nav><h2 id="a">A</h2></main>',
    '[Contents](URL#a)\n\n## A\n\n---\n\n[Site](http://a.example/)',
  ],
  'a table in a cell comes after its table': [
    '<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2<table><tr><th>c</th><th>d</th></tr><tr><td>3</td><td>4</td></tr></table></td></tr></table>',
    '| a | b |\n| --- | --- |\n| 1 | 2 |\n\n| c | d |\n| --- | --- |\n| 3 | 4 |',
  ],
  'a table that lays out headings is none': [
    '<table><tr><td><h2>Left</h2></td><td><h2>Right</h2></td></tr></table>',
    '## Left\n\n## Right',
  ],
  'hidden rows and cells of a table are left out': [
    '<table><tr><th>a</th><th>b</th><th style="display:none">x</th></tr><tr hidden><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>',
    '| a | b |\n| --- | --- |\n| 3 | 4 |',
  ],
  'a block of code in a cell is a span for each line, indented as it was': [
    '<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td><pre>if (a | b) {\n  c();\n}</pre></td></tr></table>',
    '| a | b |\n| --- | --- |\n| 1 | `if (a \\| b) {`<br>`  c();`<br>`}` |',
  ],
  'line numbers are no code: beside all lines, in them, or in a row for each': [
    `<table><tr>${NUMBERED}</tr></table>
    <pre><span class="lineno">1</span>let a;\n<span class="lineno">2</span>let b;</pre>
    <table><tr><td class="blob-num">1</td><td class="blob-code">x = [</td></tr><tr><td class="blob-num">2</td><td class="blob-code">  1]</td></tr></table>`,
    '```\ndef a\n  b\n```\n\n```\nlet a;\nlet b;\n```\n\n```\nx = [\n  1]\n```',
  ],
  'a table with numbers in its first column is one': [
    '<table><tr><td>1</td><td>uses <code>a</code></td></tr><tr><td>2</td><td>uses <code>b</code></td></tr></table>',
    '|  |  |\n| --- | --- |\n| 1 | uses `a` |\n| 2 | uses `b` |',
  ],
  'the links in preformatted text come after it': [
    '<pre>See <a href="http://a.example/">RFC</a>\n  and <a href="http://b.example/">that</a></pre>',
    '```\nSee RFC\n  and that\n```\n\nLinks: [RFC](http://a.example/), [that](http://b.example/)',
  ],
  'code in lines of its own is a block without a pre': [
    '<code style="display:block;white-space:pre">a {\n  b\n}</code>',
    '```\na {\n  b\n}\n```',
  ],
  'terms and definitions are items of a list': [
    '<dl><dt>One<dt>Other<dd>Meaning<dd>Second<div><dt><code>x</code></dt><dd>In a group</dd></div></dl>',
    '- **One**  \n  **Other**\n\n  Meaning\n\n  Second\n- **`x`**\n\n  In a group',
  ],
  'a formula is the TeX that the page keeps of it': [
    `<p>a <span class="katex"><span class="katex-mathml"><math>${TEX}</math></span><span aria-hidden="true" class="katex-html">x1y</span></span> b</p>
    <math display="block">${TEX}</math>
    <p><span class="mwe-math-element"><span style="display:none"><math alttext="{\\displaystyle y^2}"><mi>y</mi></math></span><img alt="y" src="/y.svg"></span></p>
    <p><span class="MathJax_Preview">z</span><script type="math/tex">z^3</script></p>
    <p><math><mi>p</mi><mo>+</mo><mi>q</mi></math></p>`,
    'a $x_1 * y$ b\n\n$$x_1 * y$$\n\n$y^2$\n\n$z^3$\n\np+q',
  ],
  'what is raised or lowered says so where it matters': [
    '10<sup>6</sup> CO<sub>2</sub> 1<sup>st</sup> note<sup><a href="http://a.example/">2</a></sup>',
    '10<sup>6</sup> CO<sub>2</sub> 1st note[2](http://a.example/)',
  ],
  'readings stand in brackets, quotations in marks, buttons apart': [
    '<ruby>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby> <q>words</q> <button>One</button><button>Two</button>',
    '字(じ) “words” One Two',
  ],
  'pictures have the addresses that are meant': [
    '<img src="http://a.example/blank.gif" data-src="http://a.example/late.png" alt="L"> <img srcset="http://a.example/s.png 1x, http://a.example/l.png 2x" alt="S">',
    '![L](http://a.example/late.png) ![S](http://a.example/s.png)',
  ],
  'films and sounds are links': [
    '<video title="A film"><source src="http://a.example/f.mp4"></video> <audio controls src="http://a.example/s.ogg"></audio>',
    '[A film](http://a.example/f.mp4) [Audio](http://a.example/s.ogg)',
  ],
  'what a reader may open is there: folded details and the other tabs': [
    '<details><summary>More</summary><p>Folded</p></details><div role="tabpanel" hidden><p>Other tab</p></div><p hidden>Never</p>',
    'More\n\nFolded\n\nOther tab',
  ],
  'two breaks make a paragraph, and a word with lines below has no marks of them': [
    'one<br><br>two_three_four<br>five',
    'one\n\ntwo_three_four  \nfive',
  ],
  'names of languages are found where highlighters put them': [
    `<pre><code class="hljs python">1</code></pre><pre class="brush: js">2</pre><div class="highlight-c notranslate"><div class="highlight"><pre>3</pre></div></div>
    <div class="language-ruby highlighter-rouge"><div class="highlight"><pre class="highlight"><code>4</code></pre></div></div><pre class="sourceCode haskell"><code>5</code></pre>
    <pre class="language-plaintext"><code>6</code></pre>`,
    '```python\n1\n```\n\n```js\n2\n```\n\n```c\n3\n```\n\n```ruby\n4\n```\n\n```haskell\n5\n```\n\n```\n6\n```',
  ],
};

const names = Object.keys(CASES);
const site = new PageSite(
  Object.fromEntries(
    names.map((name, index) => [`/${index}`, `<!DOCTYPE html><body>${CASES[name]?.[0] ?? ''}</body>`]),
  ),
);
let driver: ChromiumDriver;

beforeAll(async () => {
  await site.start();
  driver = await launchTestBrowser();
});

afterAll(async () => {
  await driver.close();
  await site.stop();
});

it.each(names)('in Markdown, %s', async (name) => {
  const url = site.url(`/${names.indexOf(name)}`);
  const page = await driver.openPage({ url, waitUntil: 'load', signal: patient });
  const { content } = await page.content({ kind: 'markdown', signal: patient });
  await page.close();

  expect(content).toBe(CASES[name]?.[1].replace('URL', url));
});
