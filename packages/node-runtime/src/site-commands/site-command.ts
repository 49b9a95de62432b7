import type { SiteCommandDescriptor } from '@telepat/otto-protocol';
import type { ReadableSitePage, SitePage } from './site-page.js';

/**
 * Gives a site command back as it is, so that an editor knows what belongs into it, and which fields `input` has. In
 * plain JavaScript an object without it is a command as well.
 *
 * @example
 * export const command = defineSiteCommand({
 *   site: 'shop.test',
 *   id: 'findOffers',
 *   displayName: 'Find offers',
 *   description: 'Lists the offers of the week.',
 *   inputFields: [{ name: 'limit', type: 'number', description: 'How many at most.', optional: true }],
 *   async execute({ input, page }) {
 *     const offers = await page.evaluate('[...document.querySelectorAll(".offer")].map((offer) => offer.innerText)');
 *     return { offers: Array.isArray(offers) ? offers.slice(0, input.limit ?? 10) : [] };
 *   },
 * });
 */
export function defineSiteCommand<const F extends readonly SiteCommandField[] = readonly []>(
  command: Omit<SiteCommand<CommandInput<F>>, 'inputFields'> & { readonly inputFields?: F },
): SiteCommand<CommandInput<F>> {
  return command;
}

/** A named piece of work on one site. */
export interface SiteCommand<I extends object = Readonly<Record<string, unknown>>> {
  /** The host that it is for; subdomains belong to it. */
  readonly site: string;
  /** Its name within the site, such as `getPosts`. */
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  readonly tags?: readonly string[];
  /** Needs somebody to be logged in at the site; `login` tells whether that is so. */
  readonly requiresAuth?: boolean;
  readonly login?: SiteLogin;
  /** Where a tab for it is opened when it is run without one. Default: `https://<site>/`. */
  readonly startUrl?: string;
  /** The host (or a subdomain of it) that the tab is brought to before the command runs. */
  readonly preloadHost?: string;
  /** What it takes. Everything else is refused before it runs. */
  readonly inputFields?: readonly SiteCommandField[];
  /** At least one of these fields must be given. */
  readonly inputAtLeastOneOf?: readonly string[];
  /** How long it may take. Without one, as long as whoever sent it allows. */
  readonly timeoutPolicy?: SiteCommandDescriptor['timeoutPolicy'];
  readonly origin?: SiteCommandDescriptor['origin'];
  /** Does the work. What it gives goes to the controller as JSON; what it throws ends the command. */
  execute(context: SiteCommandContext<I>): unknown;
  /**
   * Does it for a try (`command.test`); without one, `execute` does. It may declare listeners to be followed:
   * `{ stream: { listeners: [{ listener: 'network.http_intercept', options: { tabSessionId, site } }] } }`.
   */
  test?(context: SiteCommandContext<I>): unknown;
}

/** A site with its commands in one module. A command may have a start and a login of its own. */
export interface SiteModule extends Pick<SiteCommand, 'site' | 'startUrl' | 'login'> {
  readonly commands: readonly Omit<SiteCommand, 'site' | 'origin'>[];
}

/** How to find out whether somebody is logged in. Credentials are never typed or read. */
export interface SiteLogin {
  /** A page that shows it, for when the present one does not say yes. It is never opened with `strict_fail`. */
  readonly probeUrl?: string;
  /** Whether the present page shows that somebody is logged in. It can only look, and not at what fields hold. */
  isLoggedIn(context: LoginCheckContext): boolean | Promise<boolean>;
}

/** What a check of the login is given. */
export interface LoginCheckContext {
  readonly page: ReadableSitePage;
  readonly signal: AbortSignal;
  log(message: string): void;
}

/** What a command is given. */
export interface SiteCommandContext<I extends object = Readonly<Record<string, unknown>>> {
  /** The fields that it declares, as far as they were given, each of its type. */
  readonly input: I;
  /** Its tab. It can be used until the command ends. */
  readonly page: SitePage;
  /** Aborted when the command has to stop: it was cancelled, or its time is over. */
  readonly signal: AbortSignal;
  /** The name of the tab; undefined in a temporary one, which goes with the command. */
  readonly tabSessionId?: string;
  /** Writes a line to the log of the node's host. It goes nowhere else. */
  log(message: string): void;
  /** Ends the command with a code of its own, such as `sold_out`: lower case, digits and underlines. */
  fail(code: string, message: string): never;
}

/** A field of a command's input. */
export type SiteCommandField = Readonly<NonNullable<SiteCommandDescriptor['inputFields']>[number]>;

/** The input that fields describe. */
export type CommandInput<F extends readonly SiteCommandField[]> = Readonly<
  { [K in Exclude<F[number], OptionalField> as K['name']]: FieldTypes[K['type']] } & {
    [K in Extract<F[number], OptionalField> as K['name']]?: FieldTypes[K['type']];
  }
>;

interface OptionalField {
  readonly optional: true;
}

interface FieldTypes {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
  readonly object: Readonly<Record<string, unknown>>;
  readonly array: readonly unknown[];
}
