import type { NodeHandle } from '@telepat/otto-sdk';
import { chosenNode, connect } from './connect.js';
import type { Stage } from './stage.js';

/** Reads several pages at once. Commands of one tab run one after another, those of several tabs beside each other. */
export async function severalTabs(stage: Stage, ...words: string[]): Promise<void> {
  const urls = words.length > 0 ? words : ['https://example.com', 'https://example.org'];
  await using client = await connect(stage);
  const node = await chosenNode(client, stage);

  const lines = await Promise.all(urls.map((url) => headlineOf(node, url)));

  for (const line of lines) stage.print(line);
}

async function headlineOf(node: NodeHandle, url: string): Promise<string> {
  await using tab = await node.tabs.open(url);
  const [headline, picture] = await Promise.all([tab.text({ selector: 'h1' }), tab.screenshot()]);
  return `${headline} (${picture.width} × ${picture.height})`;
}
