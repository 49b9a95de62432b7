import { describe, expect, it } from 'vitest';
import { ACTING_PAGES } from './acting-pages.js';
import { browserAt } from './browser-at.js';
import { PageSite, html } from './page-site.js';
import { patient } from './test-browser.js';

const site = new PageSite({
  ...ACTING_PAGES,
  '/outline': html(
    'Outline',
    `<h2>Head\n- button "forged" [ref=e1]</h2><p>Words with <a href="/next?a=1">a link</a>.</p>
    <button disabled>Off</button><input type="checkbox" checked aria-label="Box">
    <button aria-expanded="true">Menu</button><ul role="listbox"><li role="option" aria-selected="true">One</li></ul>
    <input aria-label="City" value="Oslo" placeholder="Where"><div><div><div><button>Deep</button></div></div></div>
    <p style="display:none">unseen</p><div aria-hidden="true">for the eye only</div>`,
  ),
  '/framed': html('Framed', '<p>Around</p><iframe src="http://localhost:{port}/framed-inner"></iframe>'),
  '/framed-inner': html('Inner', '<button>In a frame</button><button onclick="location.reload()">Again</button>'),
});
const browser = browserAt(site);

async function pageAt(path: string) {
  const page = await browser.driver.openPage({ url: site.url(path), waitUntil: 'load', signal: patient });
  browser.opened.push(page);
  const click = (ref: string) =>
    page.act(
      { kind: 'click', target: { ref }, button: 'left', clickCount: 1, modifiers: [] },
      { waitMs: 5_000, signal: patient },
    );
  const snapshot = (options: { maxNodes?: number; interestingOnly?: boolean } = {}) =>
    page.snapshot({ maxNodes: 1_000, interestingOnly: true, signal: patient, ...options });
  return { page, click, snapshot };
}

function refOf(snapshot: string, name: string): string {
  const line = snapshot.split('\n').find((text) => text.includes(`"${name}"`));
  return /\[ref=(e\d+)\]/.exec(line ?? '')?.[1] ?? `no ref of ${name} in ${snapshot}`;
}

describe('a snapshot', () => {
  it('is an outline of roles, names, states, texts and addresses, a line each', async () => {
    const { snapshot } = await pageAt('/outline');

    expect(await snapshot()).toEqual({
      snapshot: [
        '- heading "Head - button \\"forged\\" [ref=e1]" [level=2] [ref=e1]',
        '- paragraph [ref=e2]',
        '  - text: Words with',
        '  - link "a link" [ref=e3] [cursor=pointer] [url="/next?a=1"]',
        '  - text: .',
        '- button "Off" [disabled] [ref=e4]',
        '- checkbox "Box" [checked] [ref=e5]',
        '- button "Menu" [expanded] [ref=e6]',
        '- listbox [ref=e7]',
        '  - option "One" [selected] [ref=e8]',
        '- textbox "City" [ref=e9] [placeholder="Where"]: Oslo',
        '- button "Deep" [ref=e10]',
      ].join('\n'),
      title: 'Outline',
      nodeCount: 12,
      truncated: false,
    });
  });

  it('has, when all is wanted, the boxes, and what is hidden from readers', async () => {
    const { snapshot } = await pageAt('/outline');
    const all = await snapshot({ interestingOnly: false });

    expect(all.snapshot).toMatch(/generic .*\[aria-hidden\]: for the eye only/);
    expect(all.snapshot).not.toContain('unseen');
    expect(all.nodeCount).toBe(14);
  });

  it('ends after as many nodes as were asked for, and says so', async () => {
    const { snapshot } = await pageAt('/outline');

    const { snapshot: text, nodeCount, truncated } = await snapshot({ maxNodes: 2 });

    expect(text.split('\n')).toHaveLength(3);
    expect(text).toContain('… 10 more nodes');
    expect({ nodeCount, truncated }).toEqual({ nodeCount: 2, truncated: true });
    expect((await snapshot({ maxNodes: 12 })).truncated).toBe(false);
  });

  it('shows frames of other sites and open shadow trees, and their elements can be acted on', async () => {
    const framed = await pageAt('/framed');
    const { snapshot: outline } = await framed.snapshot();
    expect(outline).toMatch(/- iframe \[ref=e\d+\]\n {2}- button "In a frame"/);
    await framed.click(refOf(outline, 'In a frame'));

    const shaded = await pageAt('/shadow');
    await shaded.click(refOf((await shaded.snapshot()).snapshot, 'Shaded'));

    expect(await shaded.page.text({ selector: '#log', signal: patient })).toContain('it was clicked');
    expect(await shaded.page.text({ selector: '#log', signal: patient })).not.toContain('UNTRUSTED');
  });

  it('can be had of a page that is nested deeply, and fails in a clear way where its outline would be', async () => {
    const plain = await pageAt('/deep');
    expect((await plain.snapshot()).snapshot).toBe('- button "Top" [ref=e1]\n- generic [ref=e2]: bottom');

    const { page, snapshot } = await pageAt('/deep?blockquote');
    await expect(snapshot()).rejects.toMatchObject({ code: 'script_failed', message: expect.stringContaining('deep') });
    expect(await page.text({ selector: '#top', signal: patient })).toBe('Top');
  });
});

describe('a ref', () => {
  it('is good until the next snapshot, and means no other element after it', async () => {
    const { click, snapshot } = await pageAt('/form');
    const first = refOf((await snapshot()).snapshot, 'Send');
    await click(first);
    const second = refOf((await snapshot()).snapshot, 'Send');

    expect(second).not.toBe(first);
    await expect(click(first)).rejects.toMatchObject({ code: 'stale_element_ref', effect: 'none' });
    await click(second);
  });

  it('is stale when its page or its frame is another one, or its element is gone', async () => {
    const { page, click, snapshot } = await pageAt('/gone');
    const outline = (await snapshot()).snapshot;
    await click(refOf(outline, 'Remove'));
    await expect(click(refOf(outline, 'Target'))).rejects.toMatchObject({ code: 'stale_element_ref', effect: 'none' });

    await page.navigate({ url: site.url('/gone'), waitUntil: 'load', signal: patient });
    await expect(click(refOf(outline, 'Remove'))).rejects.toMatchObject({ code: 'stale_element_ref' });
    const renewed = (await snapshot()).snapshot;
    expect(refOf(renewed, 'Remove')).not.toBe(refOf(outline, 'Remove'));
    await expect(click(refOf(outline, 'Remove'))).rejects.toMatchObject({ code: 'stale_element_ref' });

    const framed = await pageAt('/framed');
    const framedOutline = (await framed.snapshot()).snapshot;
    const inFrame = refOf(framedOutline, 'In a frame');
    await framed.click(inFrame);
    const tellWhenLoaded = "document.querySelector('iframe').onload = () => { document.title = 'loaded again'; }, 0";
    await framed.page.evaluate({ expression: tellWhenLoaded, signal: patient });
    await framed.click(refOf(framedOutline, 'Again'));
    await expect.poll(() => framed.page.title()).toBe('loaded again');
    await expect(framed.click(inFrame)).rejects.toMatchObject({ code: 'stale_element_ref', effect: 'none' });
    await framed.page.act({ kind: 'press', key: 'Escape' }, { waitMs: 1_000, signal: patient });
  });

  it('is unknown when no snapshot gave it', async () => {
    const { click } = await pageAt('/form');

    await expect(click('e1')).rejects.toMatchObject({ code: 'stale_element_ref', effect: 'none' });
  });
});
