import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { NodePairing, OttoNode } from '@telepat/otto-node-runtime';
import { ScriptedDriver } from '@telepat/otto-node-runtime/testing';
import { hostClock } from '../../src/host-clock.js';
import { nodeTokens } from '../../src/node-tokens.js';
import { openWebSocket } from '../../src/open-web-socket.js';
import { relayHttp } from '../../src/relay-http.js';

/**
 * Runs a node whose pages evaluate an expression by writing it down: each line of the file is one execution. Tells the
 * code of its pairing, then that it is ready.
 */
const [nodeId = '', relayHttpUrl = '', home = '', ledger = ''] = process.argv.slice(2);
const driver = new ScriptedDriver();
const openPage = driver.openPage.bind(driver);
driver.openPage = async (options) => {
  const page = await openPage(options);
  page.evaluate = async ({ expression }) => {
    appendFileSync(ledger, `${expression}\n`);
    await sleep(expression.length % 7);
    return { done: expression };
  };
  return page;
};

const tokens = nodeTokens({ home, nodeId, relayHttpUrl });
const http = relayHttp(relayHttpUrl);
const onCode = ({ code }: { code: string }): void => void process.send?.({ code });
await new NodePairing({ nodeId, http, tokens, clock: hostClock, onCode }).pair();
let ids = 0;
const node = new OttoNode({
  nodeId,
  url: relayHttpUrl.replace('http', 'ws'),
  tokens,
  driver,
  clock: hostClock,
  random: Math.random,
  newId: (prefix) => `${prefix}_${process.pid}_${(ids += 1)}`,
  openSocket: openWebSocket,
  encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
  decodeBase64: (text) => Buffer.from(text, 'base64'),
  onState: (state) => process.send?.({ state: state.phase }),
});
node.start();
