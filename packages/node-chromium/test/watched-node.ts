import type { BrowserContext } from 'playwright-core';
import type { ChromiumNodeOptions } from '../src/index.js';
import { NodeWorld } from './node-world.js';
import { startNode } from './start-node.js';
import { launchWatchedBrowser } from './test-browser.js';

/**
 * A relay, a node and a controller, and a second door to the browser of the node, through which a test does harm; and
 * the bugs that the node met.
 */
export async function watchedNodeWorld(): Promise<{ world: NodeWorld; context: BrowserContext; bugs: unknown[] }> {
  const { driver, context } = await launchWatchedBrowser();
  const bugs: unknown[] = [];
  const start = async (options: ChromiumNodeOptions) => {
    const { nodeId, relayHttpUrl, home, approve } = options;
    const node = await startNode({
      nodeId,
      relayHttpUrl,
      home,
      driver,
      onCode: (code) => approve?.(code),
      onLog: ({ type, error }) => void (type === 'internal_error' && bugs.push(error)),
    });
    await node.ready();
    return {
      stop: async () => {
        try {
          await node.stop();
        } finally {
          await driver.close();
        }
      },
    };
  };
  return { world: await NodeWorld.start({}, start), context, bugs };
}
