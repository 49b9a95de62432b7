import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';
import { makeFolder } from '../../config/make-folder.js';
import { pathsOf } from '../../config/paths.js';
import { demoEnv } from '../demo-env.js';
import type { DemoWorld } from '../demo-world.js';
import { OttoProcess } from '../otto-process.js';

/** Starts a node as users do, in a process of its own, sees it paired, and gives its name. */
export async function startNode({ stage, narrator, io }: DemoWorld): Promise<string> {
  const { node, code } = await narrator.step('starting a Chromium node', async () => {
    const env = demoEnv(io.env, stage);
    if (io.platform === 'linux') lendBrowsers({ from: pathsOf(io).home, to: stage.home });
    const start = () => new OttoProcess(['node', 'start', '--headless'], { entry: io.entry, env, cwd: stage.folder });
    const value = await stage.enter(start, (process) => process.stop());
    const browser = await browserOf(value);
    const paired = await value.line(({ event }) => event === 'paired' || event === 'pairing_code');
    if (paired['event'] !== 'paired')
      throw new OttoError('internal_error', { message: 'The node could not pair itself.' });
    return { told: `A node runs, with ${browser}.`, value: { node: value, code: String(paired['code']) } };
  });
  return narrator.step('pairing the node with the relay', async () => {
    const { nodeId } = await node.line(({ event }) => event === 'ready');
    const told = `The node showed code ${code}, was approved with the operator token, and is paired as ${String(nodeId)}.`;
    return { told, value: String(nodeId) };
  });
}

/** "Starting the embedded Chromium…" is the last thing that it says before the browser runs. */
async function browserOf(node: OttoProcess): Promise<string> {
  const { message } = await node.line(
    ({ event, message: said }) => event === 'progress' && STARTING.test(String(said)),
  );
  return String(message).replace(STARTING, '').replace(/…$/, '');
}

const STARTING = /^Starting /;

/**
 * The embedded browser, where this user's Otto has unpacked it already, serves the demo, too; else it is unpacked on
 * the stage, which takes some seconds.
 */
function lendBrowsers({ from, to }: { from: string; to: string }): void {
  const unpacked = join(from, 'browsers');
  if (!existsSync(unpacked)) return;
  makeFolder(to);
  symlinkSync(unpacked, join(to, 'browsers'));
}
