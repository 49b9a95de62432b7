import type { ActionCall } from '../node-action.js';
import { untilAborted } from '../until-aborted.js';
import type { SiteCommandRegistry } from './site-command-registry.js';

/** The site commands of a node, of all sites or of one. A source that takes long holds nobody up who was told to stop. */
export function lookUpSiteCommands(
  { tools, signal }: Pick<ActionCall, 'tools' | 'signal'>,
  site: string | undefined,
): Promise<SiteCommandRegistry> {
  const wanted = site === undefined ? {} : { site: site.toLowerCase() };
  return untilAborted(tools.siteCommands.current(wanted), signal);
}
