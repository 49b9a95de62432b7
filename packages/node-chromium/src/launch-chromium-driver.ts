import { chooseBrowser } from './choose-browser.js';
import { ChromiumDriver } from './chromium-driver.js';
import type { Environment } from './environment.js';
import { launchChromium } from './launch-chromium.js';
import { makePrivateFolder } from './private-folder.js';
import { until } from './until.js';
import { unusable } from './unusable.js';

/**
 * Starts the browser of this machine: the chosen one, else an installed Chrome, Chromium or Edge, else the embedded
 * Chromium.
 * @throws OttoError `browser_not_found` with how to get one, `invalid_configuration` when `home` cannot be written.
 */
export async function launchChromiumDriver(options: ChromiumOptions): Promise<ChromiumDriver> {
  await makePrivateFolder(options.home).catch((error: unknown) => {
    throw unusable(options.home, error);
  });
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
