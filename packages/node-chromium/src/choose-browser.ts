import { OttoError } from '@telepat/otto-protocol';
import { BROWSER_ADVICE, browserPlatform } from './browser-places.js';
import { embeddedBrowser } from './embedded-browser.js';
import { findBrowser } from './find-browser.js';
import type { BrowserExecutable } from './launch-chromium.js';
import type { ChromiumOptions } from './launch-chromium-driver.js';

/**
 * The chosen or installed browser of this machine, else the embedded one, unpacked.
 * @throws OttoError `browser_not_found` with how to get one.
 */
export async function chooseBrowser(
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
