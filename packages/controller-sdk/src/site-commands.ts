import type { SiteCommandDescriptor } from '@telepat/otto-protocol';
import type { Command, CommandOptions } from './command.js';
import type { CommandStream, StreamOptions } from './command-stream.js';
import type { CommandResult } from './outcome.js';

/**
 * The site commands of nodes: named pieces of work on one site, such as `getPosts` of `reddit.com`, that a node has
 * learned from plug-ins.
 */
export class SiteCommands {
  readonly #send: SendCommand;
  readonly #follow: FollowCommand;

  constructor(ways: { send: SendCommand; follow: FollowCommand }) {
    this.#send = ways.send;
    this.#follow = ways.follow;
  }

  /**
   * The commands that a node has, of all sites or of one.
   *
   * @example const commands = await client.commands.list({ nodeId: 'node_desk', site: 'reddit.com' });
   */
  async list({ site, ...options }: ListCommandsOptions): Promise<SiteCommandDescriptor[]> {
    const { data } = await this.#send('command.list', site === undefined ? {} : { site }, options);
    // Each node describes its own commands; what lies in a descriptor is its word.
    return (data as { readonly commands?: SiteCommandDescriptor[] } | undefined)?.commands ?? [];
  }

  /**
   * Runs one command of a site and gives its result. It has the time that you allow, 30 seconds unless you give
   * `timeoutMs`: a `timeoutPolicy` in its descriptor says how much it needs (`siteCommandTimeoutMs`), and lengthens
   * nothing by itself.
   *
   * @throws OttoError `unknown_site`, `unknown_command`, `missing_command_input` and whatever the command reports
   * @example
   * const { data } = await client.commands.run({
   *   nodeId: 'node_desk',
   *   site: 'reddit.com',
   *   command: 'getPosts',
   *   input: { limit: 10 },
   *   timeoutMs: 60_000,
   * });
   */
  run(options: RunCommandOptions): Promise<CommandResult> {
    return this.#run('command.run', options);
  }

  /**
   * Tries one command of a site as its author said it can be tried, or else runs it.
   *
   * @example await client.commands.test({ nodeId: 'node_desk', site: 'reddit.com', command: 'getPosts' });
   */
  test(options: RunCommandOptions): Promise<CommandResult> {
    return this.#run('command.test', options);
  }

  /**
   * Tries one command as `test` does, and follows the listeners that it declares. In a tab of its own that goes with
   * the command there is nothing to follow: name one.
   *
   * @example
   * await using stream = await client.commands.follow({ nodeId, tabSessionId, site: 'shop.test', command: 'watchOffers' });
   * for await (const { listener, data } of stream.updates ?? []) console.log(listener, data);
   */
  follow({ bufferMax, onMissed, ...options }: FollowCommandOptions): Promise<CommandStream> {
    const { payload, rest } = payloadOf(options);
    return this.#follow({ ...rest, action: 'command.test', input: payload }, { bufferMax, onMissed });
  }

  #run(action: string, options: RunCommandOptions): Promise<CommandResult> {
    const { payload, rest } = payloadOf(options);
    return this.#send(action, payload, rest);
  }
}

function payloadOf({ site, command, input, authMode, ...rest }: RunCommandOptions) {
  const payload = {
    site,
    command,
    ...(input === undefined ? {} : { input }),
    ...(authMode === undefined ? {} : { authMode }),
  };
  return { payload, rest };
}

type SendCommand = (
  action: string,
  input: Readonly<Record<string, unknown>>,
  options: CommandOptions,
) => Promise<CommandResult>;

type FollowCommand = (command: Command, options: StreamOptions) => Promise<CommandStream>;

/** Which node is asked for its site commands, and for which site. */
export interface ListCommandsOptions extends CommandOptions {
  /** Only the commands of this site. */
  readonly site?: string | undefined;
}

/** Which command of which site is run, and with what. */
export interface RunCommandOptions extends CommandOptions {
  readonly site: string;
  readonly command: string;
  /** What the command takes; its descriptor names the fields. */
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  /** What to do where a command needs somebody to be logged in at the site. */
  readonly authMode?: 'auto' | 'strict_fail' | 'skip' | undefined;
}

/** A command that goes on to tell, and how its updates are read. */
export type FollowCommandOptions = Omit<RunCommandOptions, 'retry'> & StreamOptions;
