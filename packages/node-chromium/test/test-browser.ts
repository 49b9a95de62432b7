import { fileURLToPath } from 'node:url';
import type { BrowserContext } from 'playwright-core';
import { chooseBrowser } from '../src/choose-browser.js';
import { ChromiumDriver, launchChromiumDriver } from '../src/index.js';
import { launchChromium } from '../src/launch-chromium.js';

/** Below node_modules, so that the embedded browser is unpacked once for all runs, and nothing else is left. */
export const TEST_HOME = fileURLToPath(new URL('../node_modules/.cache/otto', import.meta.url));

/** The browser that a user of this machine would get. */
export function launchTestBrowser(home: string = TEST_HOME): Promise<ChromiumDriver> {
  return launchChromiumDriver({ home, env: process.env, platform: process.platform });
}

/** A browser with a second door, through which a test looks at what the driver does. */
export async function launchWatchedBrowser(): Promise<{ driver: ChromiumDriver; context: BrowserContext }> {
  const { executable } = await chooseBrowser({ home: TEST_HOME, env: process.env, platform: process.platform });
  const settings = { executable, headless: true, hasSandbox: false, home: TEST_HOME, env: process.env };
  const launched = await launchChromium({ ...settings, signals: [] });
  return { driver: new ChromiumDriver(() => Promise.resolve(launched)), context: launched.context };
}

/** A signal that never aborts. */
export const patient: AbortSignal = new AbortController().signal;
