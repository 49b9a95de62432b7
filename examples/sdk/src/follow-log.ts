import { chosenNode, connect } from './connect.js';
import type { Stage } from './stage.js';

/** Follows the operation log while a command runs, until its result is in there. */
export async function followLog(stage: Stage, url = 'https://example.com'): Promise<void> {
  await using client = await connect(stage);
  const node = await chosenNode(client, stage);
  const entries = client.logs.follow();
  await entries.ready;

  const { requestId } = await client.send('primitive.dom.extract_text', { url }, { nodeId: node.nodeId });

  for await (const entry of entries) {
    if (entry.requestId !== requestId) continue;
    stage.print(`${entry.type} ${entry.action ?? ''} ${entry.status ?? ''}`.trim());
    if (entry.type === 'result') break;
  }
}
