import { OttoError } from '@telepat/otto-protocol';
import { hostOf, isOfSite } from '../site-host.js';
import { startUrlOf } from './start-url.js';
import type { SiteCommand } from './site-command.js';
import type { SitePage } from './site-page.js';

/**
 * Brings the tab to the host that a command needs, unless it is there.
 *
 * @throws OttoError `preload_host_mismatch` when it ends elsewhere
 */
export async function bringToHost(command: SiteCommand, page: SitePage, onMove: () => void): Promise<void> {
  const { preloadHost } = command;
  if (preloadHost === undefined || isAt(await page.url(), preloadHost)) return;
  onMove();
  await page.goto(preloadUrlOf(command, preloadHost));
  if (isAt(await page.url(), preloadHost)) return;
  const message = `The tab was sent to ${preloadHost} and ended elsewhere.`;
  throw new OttoError('preload_host_mismatch', { message });
}

function isAt(url: string, host: string): boolean {
  const present = hostOf(url);
  return present !== undefined && isOfSite(present, host);
}

/** The start page where it is on that host, else the host's root, reached as the site is. */
function preloadUrlOf(command: SiteCommand, preloadHost: string): string {
  const startUrl = startUrlOf(command);
  if (isAt(startUrl, preloadHost)) return startUrl;
  return `${startUrl.startsWith('http:') ? 'http' : 'https'}://${preloadHost}/`;
}
