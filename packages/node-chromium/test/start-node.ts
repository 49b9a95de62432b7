import { randomUUID } from 'node:crypto';
import { NodePairing, OttoNode, type OttoNodeOptions } from '@telepat/otto-node-runtime';
import { hostClock } from '../src/host-clock.js';
import { nodeTokens } from '../src/node-tokens.js';
import { openWebSocket } from '../src/open-web-socket.js';
import { relayHttp } from '../src/relay-http.js';

/** A node as it is in life but for its browser, which the test brings: paired, and on its way to the relay. */
export async function startNode({ relayHttpUrl, home, onCode, ...node }: StartNodeOptions): Promise<OttoNode> {
  const { nodeId } = node;
  const tokens = nodeTokens({ home, nodeId, relayHttpUrl });
  const http = relayHttp(relayHttpUrl);
  await new NodePairing({ nodeId, http, tokens, clock: hostClock, onCode: ({ code }) => void onCode(code) }).pair();
  const started = new OttoNode({
    ...node,
    url: relayHttpUrl.replace('http', 'ws'),
    tokens,
    openSocket: openWebSocket,
    clock: hostClock,
    random: Math.random,
    newId: (prefix) => `${prefix}_${randomUUID()}`,
    encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
    decodeBase64: (text) => Buffer.from(text, 'base64'),
  });
  started.start();
  return started;
}

export interface StartNodeOptions extends Pick<OttoNodeOptions, 'nodeId' | 'driver' | 'onState' | 'onLog'> {
  readonly relayHttpUrl: string;
  /** Where its tokens are kept. */
  readonly home: string;
  /** Told of the code that somebody has to approve. */
  onCode(code: string): unknown;
}
