import { OttoError } from '@telepat/otto-protocol';
import { BROWSER_ADVICE, browserPlatform } from './browser-places.js';
import { ChromiumDriver } from './chromium-driver.js';
import { embeddedBrowser } from './embedded-browser.js';
import type { Environment } from './environment.js';
import { findBrowser } from './find-browser.js';
import { launchChromium, type BrowserExecutable } from './launch-chromium.js';
import { makePrivateFolder } from './private-folder.js';
import { until } from './until.js';

/**
 * Starts the browser of this machine: the chosen one, else an installed Chrome, Chromium or Edge, else the embedded
 * Chromium.
 * @throws OttoError `browser_not_found` with how to get one.
 */
export async function launchChromiumDriver(options: ChromiumOptions): Promise<ChromiumDriver> {
  await makePrivateFolder(options.home);
  const { executable, isEmbedded } = await chooseBrowser(options);
  options.onProgress?.(`Starting ${isEmbedded ? 'the embedded Chromium' : executable.path}…`);

  const isRoot = process.getuid?.() === 0;
  const driver = new ChromiumDriver((signals) =>
    launchChromium({
      executable,
      headless: options.headless ?? true,
      // Chromium refuses to run as root with its sandbox, and the embedded one comes without the sandbox's helper.
      hasSandbox: !isEmbedded && !isRoot,
      ...(options.profileDir === undefined ? {} : { profileDir: options.profileDir }),
      home: options.home,
      env: options.env,
      signals,
    }),
  );
  try {
    await until(driver.begin(), options.signal === undefined ? [] : [options.signal]);
    return driver;
  } catch (error) {
    await driver.close();
    throw error;
  }
}

async function chooseBrowser(
  options: ChromiumOptions,
): Promise<{ executable: BrowserExecutable; isEmbedded: boolean }> {
  const path = await findBrowser(options);
  if (path !== undefined) return { executable: { path }, isEmbedded: false };
  if (options.headless === false) throw noBrowser(options.platform, 'The embedded Chromium has no window to show.');
  const embedded = await embeddedBrowser({ ...options, arch: options.arch ?? process.arch });
  if (embedded === undefined) throw noBrowser(options.platform, 'There is no embedded one for this system.');
  return { executable: embedded, isEmbedded: true };
}

function noBrowser(name: string, whyNotEmbedded: string): OttoError {
  const platform = browserPlatform(name);
  return new OttoError('browser_not_found', {
    message: `No Chrome, Chromium or Edge was found in the usual places. ${whyNotEmbedded}`,
    actionableHint:
      platform === undefined ? 'Install Chromium, and set OTTO_BROWSER to its path.' : BROWSER_ADVICE[platform],
  });
}

export interface ChromiumOptions {
  /** A browser that goes before `OTTO_BROWSER` and the installed ones. */
  readonly browserPath?: string;
  /** Without a window; this is the default. */
  readonly headless?: boolean;
  /** Folder of a lasting profile; without one, the profile is new and goes with the browser. */
  readonly profileDir?: string;
  /** Folder of Otto's own files (`OTTO_HOME`). */
  readonly home: string;
  readonly env: Environment;
  /** As `process.platform` and `process.arch` name them. */
  readonly platform: string;
  readonly arch?: string;
  /** Told what takes long, a sentence at a time. */
  readonly onProgress?: (sentence: string) => void;
  /** Aborting it stops the start. */
  readonly signal?: AbortSignal;
}
