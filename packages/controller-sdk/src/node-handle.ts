import type { ActionOutput } from '@telepat/otto-protocol';
import { pageActions, type PageActions } from './generated/page-actions.js';
import type { InputOf, OutputOf } from './otto-client.js';
import type { CommandResult } from './outcome.js';
import type { NodeCommandOptions } from './run-action.js';
import type { LockOptions, TabLease } from './tab-lease.js';
import { tabOf, type Tab } from './tab.js';

/** A node, on top of ways to send it commands and to lock its tabs. */
export function nodeHandle(nodeId: string, { send, lock }: { send: SendToNode; lock: LockAtNode }): NodeHandle {
  const run: NodeHandle['run'] = async (action, input, options = {}) => (await send(action, input, options)).data;
  const tab = (tabSessionId: string): Tab =>
    tabOf(tabSessionId, {
      run: (action, input, options) =>
        run(action, input, { waitPolicy: 'wait_with_timeout', ...options, tabSessionId }),
      lock: (options) => lock({ ...options, tabSessionId }),
      other: (name) => tab(name),
    });
  return {
    ...pageActions(run),
    nodeId,
    run,
    tab,
    tabs: {
      open: async (url, { waitUntil = 'load', ...options } = {}) =>
        tab((await run('primitive.tab.open', { url, waitUntil }, options)).tabSessionId),
      list: async (options = {}) => (await run('primitive.tab.query', {}, options)).tabs,
    },
  };
}

/**
 * One node, as a controller sees it: its tabs, and pages by their address alone.
 *
 * @example console.log((await client.node('node_desk').markdown({ url: 'https://example.com' })).content);
 */
export interface NodeHandle extends PageActions {
  readonly nodeId: string;

  /**
   * Runs any action at this node and gives its data.
   *
   * @example const { tabs } = await client.node('node_desk').run('primitive.tab.query', {});
   */
  run<A extends string>(action: A, input: InputOf<A>, options?: NodeCommandOptions): Promise<OutputOf<A>>;

  readonly tabs: NodeTabs;

  /**
   * A tab that was opened before, or a pop-up. Nothing is sent yet.
   *
   * @example const text = await client.node('node_desk').tab('tab_1').text();
   */
  tab(tabSessionId: string): Tab;
}

/** The tabs of a node. */
export interface NodeTabs {
  /**
   * Opens a tab and waits until its page is loaded, unless `waitUntil` says otherwise.
   *
   * @throws OttoError `navigation_failed`, `too_many_tabs`
   * @example await using tab = await client.node('node_desk').tabs.open('https://example.com');
   */
  open(url: string, options?: OpenOptions): Promise<Tab>;

  /**
   * The tabs of this controller at this node, and the pop-ups that their pages opened; those have an
   * `openerTabSessionId`.
   *
   * @example const [first] = await client.node('node_desk').tabs.list();
   */
  list(options?: NodeCommandOptions): Promise<ActionOutput<'primitive.tab.query'>['tabs']>;
}

export type SendToNode = <A extends string>(
  action: A,
  input: InputOf<A>,
  options: NodeCommandOptions,
) => Promise<CommandResult<OutputOf<A>>>;

type LockAtNode = (options: LockOptions & { readonly tabSessionId: string }) => Promise<TabLease>;

/** How a tab is opened, beside the options of every command. */
export interface OpenOptions extends NodeCommandOptions {
  readonly waitUntil?: 'none' | 'commit' | 'domcontentloaded' | 'load' | 'networkidle' | undefined;
}
