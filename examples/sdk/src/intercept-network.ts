import { chosenNode, connect } from './connect.js';
import type { Stage } from './stage.js';

/** Listens to what a page loads, and leaves with `break` when it has heard enough. */
export async function interceptNetwork(stage: Stage, url = 'https://example.com', pattern = '**'): Promise<void> {
  await using client = await connect(stage);
  const node = await chosenNode(client, stage);
  await using tab = await node.tabs.open(url);
  const { tabSessionId } = tab;

  const updates = client.listeners.subscribe({
    nodeId: node.nodeId,
    listener: 'network.http_intercept',
    options: { tabSessionId, site: new URL(url).host, urlPatterns: [pattern] },
  });
  await updates.ready;
  await tab.reload();

  for await (const { data } of updates) {
    stage.print(`${data.method} ${data.url} ${data.status}: ${data.body ?? '(no body)'}`);
    break;
  }
}
