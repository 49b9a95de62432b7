import { readFileSync } from 'node:fs';
import { OttoNode, SiteCommandRegistry, type SiteCommand } from '@telepat/otto-node-runtime';
import { ScriptedDriver, type PageScript } from '@telepat/otto-node-runtime/testing';
import { operatorTokenPath } from '@telepat/otto-relay-host';
import { OttoHttpApi } from '@telepat/otto-sdk';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { pathsOf } from '../src/config/paths.js';
import type { RelayInProcess } from './relay-in-process.js';

const NODE_ID = 'node_scripted';

/** A node with a browser in memory at a relay in this process, granted to one controller, until the test has finished. */
export async function scriptedBrowserNode(
  relay: RelayInProcess,
  options: ScriptedNodeOptions,
): Promise<ScriptedDriver> {
  const baseUrl = `http://127.0.0.1:${relay.record.port}`;
  const paths = pathsOf({ env: relay.env, userFolder: undefined, cwd: relay.env.OTTO_HOME });
  const bearer = readFileSync(operatorTokenPath(paths.relay), 'utf8').trim();
  const { pairing } = new OttoHttpApi({ baseUrl, bearer });
  const { challengeId, code } = await pairing.request({ nodeId: NODE_ID });
  await pairing.approve({ code });
  const accessToken = (await pairing.status({ challengeId })).nodeAccessToken ?? '';
  const { access } = new OttoHttpApi({ baseUrl, bearer: accessToken });
  await access.set({ clientId: options.clientId, grant: true });

  const driver = new ScriptedDriver(options.site);
  const node = nodeOf(driver, { url: baseUrl.replace('http', 'ws'), accessToken, commands: options.commands });
  node.start();
  onTestFinished(() => node.stop());
  await node.ready();
  return driver;
}

function nodeOf(
  driver: ScriptedDriver,
  { url, accessToken, commands }: { url: string; accessToken: string; commands: readonly SiteCommand[] },
): OttoNode {
  let ids = 0;
  return new OttoNode({
    nodeId: NODE_ID,
    url,
    driver,
    tokens: { accessToken: () => Promise.resolve(accessToken) },
    siteCommands: { current: () => Promise.resolve(new SiteCommandRegistry(commands, [PROBLEM])) },
    random: Math.random,
    newId: (prefix) => `${prefix}_scripted_${(ids += 1)}`,
    encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
    decodeBase64: (text) => Buffer.from(text, 'base64'),
    clock: {
      now: () => Date.now(),
      ticks: () => performance.now(),
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return { cancel: () => clearTimeout(timer) };
      },
    },
    openSocket: (address, handlers) => {
      const socket = new WebSocket(address);
      socket.on('open', () => handlers.onOpen());
      socket.on('message', (data: Buffer) => handlers.onText(data.toString()));
      socket.on('close', (code, reason) => handlers.onClose(code, reason.toString()));
      // The end follows.
      socket.on('error', () => undefined);
      return { send: (text) => socket.send(text), close: (code, reason) => socket.close(code, reason) };
    },
  });
}

/** A file that could not be used. */
const PROBLEM = { file: 'shop.test/broken.mjs', reason: 'SyntaxError: Unexpected token' };

interface ScriptedNodeOptions {
  readonly clientId: string;
  readonly site: Readonly<Record<string, PageScript>>;
  readonly commands: readonly SiteCommand[];
}
