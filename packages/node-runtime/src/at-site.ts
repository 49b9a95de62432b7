import { OttoError } from '@telepat/otto-protocol';

/**
 * Makes sure that a tab has arrived at a page of a site.
 *
 * @throws OttoError `tab_url_not_ready`, `site_mismatch`
 */
export function requireAtSite(url: string, { site, isAtSite }: SiteRule): void {
  if (!/^https?:/i.test(url)) throw new OttoError('tab_url_not_ready', { effect: 'none' });
  if (!isAtSite(url)) throw new OttoError('site_mismatch', { message: `The tab is not at ${site}.`, effect: 'none' });
}

interface SiteRule {
  /** As somebody named it. */
  readonly site: string;
  isAtSite(url: string): boolean;
}
