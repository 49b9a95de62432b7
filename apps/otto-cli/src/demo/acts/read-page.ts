import { OttoError } from '@telepat/otto-protocol';
import type { DemoController, DemoPage, DemoWorld } from '../demo-world.js';
import { linksToFollow, type PageLink } from '../markdown-links.js';
import { startDemoSite } from '../site.js';

/** Lines of the page that are shown when it is the demo's own. */
const EXCERPT_LINES = 14;

/** The whole page, whatever its size. */
const MAX_CHARS = 5_000_000;

/** Pages that never come to rest are read as they are after this. */
const REST_MS_MAX = 6_000;

/** Links that are tried; on some pages the first ones lead to no page. */
const LINKS_MAX = 3;

/** Opens the page in a tab, once its scripts have done their work. */
export function openPage(world: DemoWorld, { name, client }: DemoController, nodeId: string): Promise<DemoPage> {
  return world.narrator.step('opening a page in a tab', async () => {
    const url = world.url ?? (await world.stage.enter(startDemoSite, (site) => site.close())).url;
    const open = async (waitUntil: 'networkidle' | 'load', timeoutMs?: number) => {
      const { data } = await client.send('primitive.tab.open', { url, waitUntil }, { nodeId, timeoutMs });
      return data;
    };
    const opened = await open('networkidle', REST_MS_MAX).catch((error: unknown) => {
      if (error instanceof OttoError && error.category === 'timeout') return open('load');
      throw error;
    });
    const title = opened.title === undefined || opened.title === '' ? '' : ` ("${opened.title}")`;
    return {
      told: `${name} asked again, and was served: ${opened.url}${title} is open in ${opened.tabSessionId}.`,
      value: { nodeId, tabSessionId: opened.tabSessionId, url: opened.url },
    };
  });
}

/** Reads the page as Markdown, and shows an excerpt of the demo's own page, but all of the user's. */
export async function readMarkdown(world: DemoWorld, { client }: DemoController, page: DemoPage): Promise<string> {
  const { narrator } = world;
  const markdown = await narrator.step('reading it as Markdown', async () => {
    const { nodeId, tabSessionId } = page;
    const { data } = await client.send(
      'primitive.dom.extract_markdown',
      { maxChars: MAX_CHARS },
      { nodeId, tabSessionId },
    );
    const what = world.url === undefined ? 'a script wrote it, so that curl would see an empty page' : 'in full below';
    return { told: `Read it as Markdown: ${data.content.length} characters; ${what}.`, value: data.content };
  });
  const lines = markdown.trim().split('\n');
  if (world.url !== undefined) narrator.whole(markdown);
  else narrator.detail(lines.slice(0, EXCERPT_LINES).join('\n'));
  return markdown;
}

/** Follows a link of the page in the same tab; undefined when there is none that leads anywhere. */
export function followLink(
  world: DemoWorld,
  controller: DemoController,
  page: DemoPage,
  markdown: string,
): Promise<string | undefined> {
  return world.narrator.step('following a link', async () => {
    const links = linksToFollow(markdown, page.url).slice(0, LINKS_MAX);
    for (const link of links) {
      const url = await tryToFollow(world, controller, page, link);
      if (url !== undefined) return { told: `Followed the link "${link.text}" to ${url}.`, value: url };
    }
    const why = links.length === 0 ? 'The page has no link to another page' : 'None of its first links leads to a page';
    return { told: `${why}; the tab stays where it is.`, value: undefined };
  });
}

async function tryToFollow(
  world: DemoWorld,
  { client }: DemoController,
  { nodeId, tabSessionId }: DemoPage,
  { url }: PageLink,
): Promise<string | undefined> {
  const isOurs = world.url === undefined;
  try {
    const input = { url, waitUntil: isOurs ? 'networkidle' : 'load' } as const;
    return (await client.send('primitive.tab.navigate', input, { nodeId, tabSessionId })).data.url;
  } catch (error) {
    // On somebody's page a link may lead to a download, or nowhere.
    if (!isOurs && error instanceof OttoError && error.code === 'navigation_failed') return undefined;
    throw error;
  }
}
