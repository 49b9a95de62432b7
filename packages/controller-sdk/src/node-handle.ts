import type { ActionOutput } from '@telepat/otto-protocol';
import type { InputOf, OutputOf } from './otto-client.js';
import type { CommandResult } from './outcome.js';
import type { CommandOptions } from './command.js';
import { Tab } from './tab.js';
import type { LockOptions, TabLease } from './tab-lease.js';

/** One node, as a controller sees it. */
export class NodeHandle {
  readonly nodeId: string;
  readonly #send: SendToNode;
  readonly #lock: LockAtNode;

  constructor(nodeId: string, ways: { send: SendToNode; lock: LockAtNode }) {
    this.nodeId = nodeId;
    this.#send = ways.send;
    this.#lock = ways.lock;
  }

  /**
   * Runs any action at this node and gives its data.
   *
   * @example const { tabs } = await client.node('node_desk').run('primitive.tab.query', {});
   */
  async run<A extends string>(action: A, input: InputOf<A>, options: NodeCommandOptions = {}): Promise<OutputOf<A>> {
    const { data } = await this.#send<A>(action, input, options);
    return data;
  }

  readonly tabs = {
    /**
     * Opens a tab and waits until its page is loaded, unless `waitUntil` says otherwise.
     *
     * @example await using tab = await client.node('node_desk').tabs.open('https://example.com');
     */
    open: async (url: string, options: OpenOptions = {}): Promise<Tab> => {
      const { waitUntil = 'load', ...rest } = options;
      const { tabSessionId } = await this.run('primitive.tab.open', { url, waitUntil }, rest);
      return this.tab(tabSessionId);
    },
    /**
     * The tabs of this controller at this node.
     *
     * @example const [first] = await client.node('node_desk').tabs.list();
     */
    list: async (options: NodeCommandOptions = {}): Promise<ActionOutput<'primitive.tab.query'>['tabs']> =>
      (await this.run('primitive.tab.query', {}, options)).tabs,
  };

  /**
   * A tab that was opened before. Nothing is sent yet.
   *
   * @example const text = await client.node('node_desk').tab('tab_1').text();
   */
  tab(tabSessionId: string): Tab {
    return new Tab(tabSessionId, {
      run: (action, input, options) =>
        this.run(action, input, { waitPolicy: 'wait_with_timeout', ...options, tabSessionId }),
      lock: (options) => this.#lock({ ...options, tabSessionId }),
    });
  }
}

/** `CommandOptions` of a command whose node is known. */
export type NodeCommandOptions = Omit<CommandOptions, 'nodeId'>;

export type SendToNode = <A extends string>(
  action: A,
  input: InputOf<A>,
  options: NodeCommandOptions,
) => Promise<CommandResult<OutputOf<A>>>;

type LockAtNode = (options: LockOptions & { readonly tabSessionId: string }) => Promise<TabLease>;

export interface OpenOptions extends NodeCommandOptions {
  readonly waitUntil?: 'none' | 'commit' | 'domcontentloaded' | 'load' | 'networkidle' | undefined;
}
