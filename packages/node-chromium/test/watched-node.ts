import { randomUUID } from 'node:crypto';
import { NodePairing, OttoNode } from '@telepat/otto-node-runtime';
import type { BrowserContext } from 'playwright-core';
import { hostClock } from '../src/host-clock.js';
import { nodeTokens, type ChromiumNodeOptions } from '../src/index.js';
import { openWebSocket } from '../src/open-web-socket.js';
import { relayHttp } from '../src/relay-http.js';
import { NodeWorld } from './node-world.js';
import { launchWatchedBrowser } from './test-browser.js';

/**
 * A relay, a node and a controller, and a second door to the browser of the node, through which a test does harm; and
 * the bugs that the node met.
 */
export async function watchedNodeWorld(): Promise<{ world: NodeWorld; context: BrowserContext; bugs: unknown[] }> {
  const { driver, context } = await launchWatchedBrowser();
  const bugs: unknown[] = [];
  const startNode = async (options: ChromiumNodeOptions) => {
    const { nodeId, relayUrl: url, relayHttpUrl, approve } = options;
    const tokens = nodeTokens(options);
    const pairing = new NodePairing({
      nodeId,
      tokens,
      http: relayHttp(relayHttpUrl),
      clock: hostClock,
      onCode: ({ code }) => void approve?.(code),
    });
    await pairing.pair();
    const node = new OttoNode({
      nodeId,
      url,
      tokens,
      driver,
      openSocket: openWebSocket,
      clock: hostClock,
      random: Math.random,
      newId: (prefix) => `${prefix}_${randomUUID()}`,
      encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
      decodeBase64: (text) => Buffer.from(text, 'base64'),
      onLog: ({ type, error }) => void (type === 'internal_error' && bugs.push(error)),
    });
    node.start();
    await node.ready();
    return { stop: () => node.stop().finally(() => driver.close()) };
  };
  return { world: await NodeWorld.start({}, startNode), context, bugs };
}
