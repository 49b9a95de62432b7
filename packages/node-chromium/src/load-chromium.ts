import { homedir } from 'node:os';
import type { BrowserType } from 'playwright-core';

/**
 * Playwright's Chromium, loaded when a browser is to be started. Playwright asks for the folder of the user while it is
 * loaded, and is not loaded where the system knows of none, as in a container that runs as any number: there `home`
 * becomes that folder of this process, and of the browser.
 */
export async function loadChromium(home: string): Promise<BrowserType> {
  if (!hasUserFolder()) process.env['HOME'] = home;
  const { chromium } = await import('playwright-core');
  return chromium;
}

function hasUserFolder(): boolean {
  try {
    homedir();
    return true;
  } catch {
    // Whatever the reason: there is none.
    return false;
  }
}
