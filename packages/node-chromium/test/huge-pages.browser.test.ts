import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChromiumDriver } from '../src/index.js';
import { NodeWorld } from './node-world.js';
import { PageSite } from './page-site.js';
import { launchTestBrowser, patient } from './test-browser.js';

/** Nine elements and as many texts. */
const PART = `<section><h3>Part #</h3><p>Words of <b>part</b> with <a href="/x#">a link</a> and <code>code</code>.</p>
<ul><li>one</li><li>two</li></ul></section>`;
const PARTS = 11_200;

const site = new PageSite({
  '/huge': `<!DOCTYPE html><title>Huge</title><body><main>${parts(PARTS)}</main></body>`,
  '/endless': `<!DOCTYPE html><title>Endless</title><body><main></main><script>
    const part = ${JSON.stringify(PART)};
    document.querySelector('main').innerHTML = part.repeat(40000);
  </script></body>`,
  '/small': '<!DOCTYPE html><title>Small</title><h1>Small</h1>',
});

beforeAll(() => site.start());
afterAll(() => site.stop());

function parts(count: number): string {
  return Array.from({ length: count }, (_, index) => PART.replaceAll('#', String(index))).join('');
}

describe('a page of 100,000 elements', () => {
  let driver: ChromiumDriver;
  beforeAll(async () => {
    driver = await launchTestBrowser();
  });
  afterAll(() => driver.close());

  const open = (path: string) => driver.openPage({ url: site.url(path), waitUntil: 'load', signal: patient });

  it('is read to its end in each way, and another tab answers all the while', async () => {
    const [huge, small] = await Promise.all([open('/huge'), open('/small')]);
    const kinds = ['clean_html', 'markdown', 'readability'] as const;
    const readings = [
      { kind: 'text', read: () => huge.text({ selector: 'body', signal: patient }) },
      ...kinds.map((kind) => ({
        kind,
        read: async () => (await huge.content({ kind, signal: patient })).content,
      })),
    ];

    for (const { kind, read } of readings) {
      let isReading = true;
      const reading = read().finally(() => (isReading = false));
      let answersMeanwhile = 0;
      while (isReading) {
        expect(await small.text({ selector: 'h1', signal: patient })).toBe('Small');
        if (isReading) answersMeanwhile++;
      }

      expect((await reading).match(/Part \d+/g)?.length, kind).toBe(PARTS);
      // Were it behind the reading, it would have answered once.
      expect(answersMeanwhile, kind).toBeGreaterThan(5);
    }
    await Promise.all([huge.close(), small.close()]);
  });

  it('is read no further when the reading is cancelled', async () => {
    const [cancelled, other, small] = await Promise.all([open('/endless'), open('/endless'), open('/small')]);

    const kind = 'readability';
    const [abort, otherAbort] = [new AbortController(), new AbortController()];
    const reading = cancelled.content({ kind, signal: abort.signal });
    const readOn = other.content({ kind, signal: otherAbort.signal });
    let isReadOnOver = false;
    void readOn.catch(() => undefined).then(() => (isReadOnOver = true));
    for (let times = 0; times < 20; times++) await small.text({ selector: 'h1', signal: patient });
    abort.abort();

    await expect(reading).rejects.toMatchObject({ code: 'command_cancelled' });
    expect(await cancelled.text({ selector: 'h3', signal: patient })).toBe('Part #');
    // Were it read on, it would answer as late as the one that is.
    expect(isReadOnOver).toBe(false);
    otherAbort.abort();
    await expect(readOn).rejects.toMatchObject({ code: 'command_cancelled' });
    await Promise.all([cancelled.close(), other.close(), small.close()]);
  });
});

describe('a page of 100,000 elements, read through relay and node', () => {
  let world: NodeWorld;
  beforeAll(async () => {
    world = await NodeWorld.start();
  });
  afterAll(() => world.stop());

  it('is cut where its reader asked for, and says how long it is', async () => {
    const url = site.url('/huge');
    const { tabSessionId } = await world.node.run('primitive.tab.open', { url, waitUntil: 'load' });
    const options = { tabSessionId, timeoutMs: 30_000 };

    const markdown = await world.node.run('primitive.dom.extract_markdown', { maxChars: 1_000 }, options);
    expect(markdown.content).toMatch(/^### Part 0\n/);
    expect(markdown.content).toHaveLength(1_000);
    expect(markdown.truncated).toBe(true);
    expect(markdown.contentLength).toBeGreaterThan(PARTS * 80);

    const distilled = await world.node.run('primitive.dom.extract_distilled_html', { maxChars: 1_000 }, options);
    expect(distilled).toMatchObject({ truncated: true, fallbackUsed: false });
    expect(distilled.content).toHaveLength(1_000);
  });
});
