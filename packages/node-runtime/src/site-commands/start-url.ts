import type { SiteCommand } from './site-command.js';

/** Where a tab for a command is opened. */
export function startUrlOf({ site, startUrl }: Pick<SiteCommand, 'site' | 'startUrl'>): string {
  return startUrl ?? `https://${site}/`;
}
