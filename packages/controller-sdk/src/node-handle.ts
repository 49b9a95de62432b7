import type { ActionOutput } from '@telepat/otto-protocol';
import type { InputOf, OutputOf } from './otto-client.js';
import type { CommandResult } from './outcome.js';
import type { CommandOptions } from './command.js';
import { Tab } from './tab.js';

/** One node, as a controller sees it. */
export class NodeHandle {
  readonly nodeId: string;
  readonly #send: SendToNode;

  constructor(nodeId: string, send: SendToNode) {
    this.nodeId = nodeId;
    this.#send = send;
  }

  /** Runs any action at this node and gives its data. */
  async run<A extends string>(action: A, input: InputOf<A>, options: NodeCommandOptions = {}): Promise<OutputOf<A>> {
    const { data } = await this.#send<A>(action, input, options);
    return data;
  }

  readonly tabs = {
    /** Opens a tab and waits until its page is loaded, unless `waitUntil` says otherwise. */
    open: async (url: string, options: OpenOptions = {}): Promise<Tab> => {
      const { waitUntil = 'load', ...rest } = options;
      const { tabSessionId } = await this.run('primitive.tab.open', { url, waitUntil }, rest);
      return this.tab(tabSessionId);
    },
    /** The tabs of this controller at this node. */
    list: async (options: NodeCommandOptions = {}): Promise<ActionOutput<'primitive.tab.query'>['tabs']> =>
      (await this.run('primitive.tab.query', {}, options)).tabs,
  };

  /** A tab that was opened before. Nothing is sent yet. */
  tab(tabSessionId: string): Tab {
    return new Tab(tabSessionId, (action, input, options) =>
      this.run(action, input, { waitPolicy: 'wait_with_timeout', ...options, tabSessionId }),
    );
  }
}

/** `CommandOptions` of a command whose node is known. */
export type NodeCommandOptions = Omit<CommandOptions, 'nodeId'>;

export type SendToNode = <A extends string>(
  action: A,
  input: InputOf<A>,
  options: NodeCommandOptions,
) => Promise<CommandResult<OutputOf<A>>>;

export interface OpenOptions extends NodeCommandOptions {
  readonly waitUntil?: 'none' | 'commit' | 'domcontentloaded' | 'load' | 'networkidle' | undefined;
}
