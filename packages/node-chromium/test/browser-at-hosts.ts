import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedBrowser } from '../src/embedded-browser.js';
import { findBrowser } from '../src/find-browser.js';
import { TEST_HOME } from './test-browser.js';

/**
 * A program that starts the browser of this machine such that it finds some hosts at a port of this machine: for sites
 * whose commands know them by their real names. Gives its path.
 */
export async function browserAtHosts(
  folder: string,
  { hosts, port }: { hosts: readonly string[]; port: number },
): Promise<string> {
  const { path, env, isEmbedded } = await browserHere();
  const program = join(folder, 'browser-at-hosts.sh');
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
  const maps = hosts.map((host) => `MAP ${host} 127.0.0.1:${port}`);
  const rules = [`--host-resolver-rules=${maps.join(', ')}`, '--no-proxy-server'];
  // The embedded one comes without the sandbox's helper, and nobody knows it by this path.
  const options = [...rules, ...(isEmbedded ? ['--no-sandbox'] : [])].map(quoted).join(' ');
  writeFileSync(program, `#!/bin/sh\n${exports.join('')}exec ${quoted(path)} "$@" ${options}\n`);
  chmodSync(program, 0o700);
  return program;
}

async function browserHere(): Promise<{ path: string; env: Readonly<Record<string, string>>; isEmbedded: boolean }> {
  const system = { env: process.env, platform: process.platform };
  const path = await findBrowser(system);
  if (path !== undefined) return { path, env: {}, isEmbedded: false };
  const embedded = await embeddedBrowser({ ...system, home: TEST_HOME, arch: process.arch });
  if (embedded === undefined) throw new Error('There is no browser here.');
  return { ...embedded, isEmbedded: true };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
