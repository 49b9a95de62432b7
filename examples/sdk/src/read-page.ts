import { chosenNode, connect } from './connect.js';
import type { Stage } from './stage.js';

/** Reads a page as Markdown, by its address alone: the node opens a tab for it, and closes that again. */
export async function readPage(stage: Stage, url = 'https://example.com'): Promise<void> {
  await using client = await connect(stage);
  const node = await chosenNode(client, stage);

  const { title, content, truncated } = await node.markdown({ url, maxChars: 20_000 });

  stage.print(`${title}: ${content.length} characters${truncated ? ', and there is more' : ''}`);
  stage.print(content);
}
