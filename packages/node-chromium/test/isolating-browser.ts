import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChromiumDriver } from '../src/index.js';
import { chooseBrowser } from '../src/choose-browser.js';
import { launchChromium } from '../src/launch-chromium.js';
import { TEST_HOME } from './test-browser.js';

/** The browser of this machine, told to give each site a process of its own, as those with a window do by themselves. */
export async function launchIsolatingBrowser(): Promise<ChromiumDriver> {
  const { executable } = await chooseBrowser({ home: TEST_HOME, env: process.env, platform: process.platform });
  const path = join(TEST_HOME, 'isolating-browser.sh');
  await mkdir(TEST_HOME, { recursive: true });
  await writeFile(path, `#!/bin/sh\nexec "${executable.path}" --site-per-process "$@"\n`);
  await chmod(path, 0o755);
  const settings = { headless: true, hasSandbox: false, home: TEST_HOME, env: process.env };
  return new ChromiumDriver((signals) => launchChromium({ ...settings, executable: { ...executable, path }, signals }));
}
