import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChromiumDriver } from '../src/index.js';
import { PageSite } from './page-site.js';
import { launchTestBrowser, patient } from './test-browser.js';

const WORDS = 'Words of another site';

const other = new PageSite({ '/': `<p>${WORDS}</p>` });
const pages: Record<string, string> = {
  '/inner/page':
    '<h2>Framed</h2><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td><a href="x">2</a></td></tr></table>',
  '/frameset': '<frameset cols="50%,50%"><frame src="/inner/page"><frame src="/counter"></frameset>',
  '/counter': '<p>Counted</p>',
};
const site = new PageSite(pages);
let driver: ChromiumDriver;

beforeAll(async () => {
  await Promise.all([site.start(), other.start()]);
  pages['/'] = `<!DOCTYPE html><h1>Outer</h1><iframe src="/inner/page" width="400"></iframe>
    <iframe src="${other.url('/')}"></iframe><iframe src="/counter" width="1" height="1"></iframe>
    <iframe src="/counter" hidden></iframe><my-box></my-box><p>End</p>
    <script>document.querySelector('my-box').attachShadow({ mode: 'open' }).innerHTML =
      '<iframe srcdoc="&lt;p>Deep in a frame"></iframe>'</script>`;
  driver = await launchTestBrowser();
});

afterAll(async () => {
  await driver.close();
  await Promise.all([site.stop(), other.stop()]);
});

async function markdownOf(path: string): Promise<string> {
  const page = await driver.openPage({ url: site.url(path), waitUntil: 'load', signal: patient });
  const { content } = await page.content({ kind: 'markdown', signal: patient });
  await page.close();
  return content;
}

it('Markdown has what frames of the same site show, at their places; of others and of tiny ones nothing', async () => {
  expect(await markdownOf('/')).toBe(`# Outer

## Framed

| a | b |
| --- | --- |
| 1 | [2](${site.url('/inner/x')}) |

Deep in a frame

End`);
});

it('Markdown of a set of frames is what they show', async () => {
  expect(await markdownOf('/frameset')).toMatch(/^## Framed\n[\s\S]*\n\nCounted$/);
});
