import { fileURLToPath } from 'node:url';
import { launchChromiumDriver, type ChromiumDriver } from '../src/index.js';

/** Below node_modules, so that the embedded browser is unpacked once for all runs, and nothing else is left. */
export const TEST_HOME = fileURLToPath(new URL('../node_modules/.cache/otto', import.meta.url));

/** The browser that a user of this machine would get. */
export function launchTestBrowser(home: string = TEST_HOME): Promise<ChromiumDriver> {
  return launchChromiumDriver({ home, env: process.env, platform: process.platform });
}

/** A signal that never aborts. */
export const patient: AbortSignal = new AbortController().signal;
