import { OttoError } from '@telepat/otto-protocol';
import { requireHostRule } from '../host-rule.js';
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
  if (preloadHost === undefined) return;
  const isThere = requireHostRule(preloadHost, 'preloadHost');
  if (isThere(await page.url())) return;
  onMove();
  const startUrl = startUrlOf(command);
  // Where the start page is on that host, there, else at the host's root, reached as the site is.
  const scheme = startUrl.startsWith('http:') ? 'http' : 'https';
  await page.goto(isThere(startUrl) ? startUrl : `${scheme}://${preloadHost}/`);
  if (isThere(await page.url())) return;
  const message = `The tab was sent to ${preloadHost} and ended elsewhere.`;
  throw new OttoError('preload_host_mismatch', { message });
}
