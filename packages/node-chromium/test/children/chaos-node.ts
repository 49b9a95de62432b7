import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ScriptedDriver } from '@telepat/otto-node-runtime/testing';
import { startNode } from '../start-node.js';

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

await startNode({
  nodeId,
  relayHttpUrl,
  home,
  driver,
  onCode: (code) => process.send?.({ code }),
  onState: (state) => process.send?.({ state: state.phase }),
});
