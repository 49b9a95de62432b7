import { OttoError, type SiteCommandDescriptor, type SiteCommandProblem } from '@telepat/otto-protocol';
import type { SiteCommand } from './site-command.js';

/** The site commands of a node at one moment. Of two with the same site and id the first counts. */
export class SiteCommandRegistry {
  readonly #sites = new Map<string, Map<string, SiteCommand>>();
  readonly #problems: readonly SiteCommandProblem[];

  constructor(commands: readonly SiteCommand[] = [], problems: readonly SiteCommandProblem[] = []) {
    this.#problems = problems;
    for (const command of commands) this.#add(command);
  }

  /**
   * What a controller is told of them, of all sites or of one.
   *
   * @throws OttoError `unknown_site`
   */
  list(site?: string): { commands: SiteCommandDescriptor[]; problems?: SiteCommandProblem[] } {
    const name = site?.toLowerCase();
    const problems = this.#problems.filter(({ file }) => name === undefined || concerns(file, name));
    const known = name === undefined ? [...this.#sites.values()] : [this.#sites.get(name)];
    // A site of which there is nothing but a problem is told of by that.
    if (known[0] === undefined && name !== undefined && problems.length === 0) throw this.#unknownSite(name);
    const commands = known.flatMap((ofSite) => [...(ofSite?.values() ?? [])]).map(descriptorOf);
    return { commands, ...(problems.length === 0 ? {} : { problems }) };
  }

  /** @throws OttoError `unknown_site`, `unknown_command` */
  require(site: string, id: string): SiteCommand {
    const ofSite = this.#sites.get(site.toLowerCase());
    if (ofSite === undefined) throw this.#unknownSite(site);
    const command = ofSite.get(id);
    if (command !== undefined) return command;
    const message = `The site ${site} has no command "${id}".`;
    throw new OttoError('unknown_command', { message, ...this.#hint(site), effect: 'none' });
  }

  #unknownSite(site: string): OttoError {
    const message = `There are no commands for the site ${site}.`;
    return new OttoError('unknown_site', { message, ...this.#hint(site), effect: 'none' });
  }

  /** A file that cannot be used is the likely reason for what is missing. */
  #hint(site: string): { actionableHint?: string } {
    const name = site.toLowerCase();
    if (!this.#problems.some(({ file }) => concerns(file, name))) return {};
    return { actionableHint: `Files of commands cannot be used; command.list of the site ${site} says why.` };
  }

  #add(command: SiteCommand): void {
    const site = command.site.toLowerCase();
    const ofSite = this.#sites.get(site) ?? new Map<string, SiteCommand>();
    this.#sites.set(site, ofSite);
    if (!ofSite.has(command.id)) ofSite.set(command.id, command);
  }
}

/** Where a node has its site commands from. It is asked anew for each command, so that they may change meanwhile. */
export interface SiteCommandSource {
  /** With a site, others may be missing; it is in lower case. */
  current(wanted: { readonly site?: string }): Promise<SiteCommandRegistry>;
}

/** What belongs to no site, as the folder itself or what modules share, concerns them all. */
function concerns(file: string, site: string): boolean {
  const [first = '', ...others] = file.split('/');
  if (first === site || /^[._]|^node_modules$/.test(first)) return true;
  return others.length === 0 && /\.m?js$/.test(first);
}

function descriptorOf(command: SiteCommand): SiteCommandDescriptor {
  const { site, id, displayName, description, tags = [], requiresAuth = false } = command;
  const { startUrl, preloadHost, inputFields, inputAtLeastOneOf, timeoutPolicy, origin } = command;
  return {
    ...{ site, id, displayName, description, tags: [...tags], requiresAuth },
    ...(startUrl === undefined ? {} : { startUrl }),
    ...(preloadHost === undefined ? {} : { preloadHost }),
    ...(inputFields === undefined ? {} : { inputFields: [...inputFields] }),
    ...(inputAtLeastOneOf === undefined ? {} : { inputAtLeastOneOf: [...inputAtLeastOneOf] }),
    ...(timeoutPolicy === undefined ? {} : { timeoutPolicy }),
    ...(origin === undefined ? {} : { origin }),
  };
}
