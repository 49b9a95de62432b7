import type { SiteCommandDescriptor } from '@telepat/otto-protocol';
import type { CommandOptions } from './command.js';
import type { CommandResult } from './outcome.js';

/**
 * The site commands of nodes: named pieces of work on one site, such as `getPosts` of `reddit.com`, that a node has
 * learned from plug-ins.
 */
export class SiteCommands {
  readonly #send: SendCommand;

  constructor(send: SendCommand) {
    this.#send = send;
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
   * Runs one command of a site and gives its result.
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

  #run(action: string, { site, command, input, authMode, ...options }: RunCommandOptions): Promise<CommandResult> {
    const payload = {
      site,
      command,
      ...(input === undefined ? {} : { input }),
      ...(authMode === undefined ? {} : { authMode }),
    };
    return this.#send(action, payload, options);
  }
}

type SendCommand = (
  action: string,
  input: Readonly<Record<string, unknown>>,
  options: CommandOptions,
) => Promise<CommandResult>;

export interface ListCommandsOptions extends CommandOptions {
  /** Only the commands of this site. */
  readonly site?: string | undefined;
}

export interface RunCommandOptions extends CommandOptions {
  readonly site: string;
  readonly command: string;
  /** What the command takes; its descriptor names the fields. */
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  /** What to do where a command needs somebody to be logged in at the site. */
  readonly authMode?: 'auto' | 'strict_fail' | 'skip' | undefined;
}
