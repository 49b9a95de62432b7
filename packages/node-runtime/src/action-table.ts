import type { ActionName } from '@telepat/otto-protocol';
import { answerDialog } from './actions/answer-dialog.js';
import { closeOwnedTabs } from './actions/close-owned-tabs.js';
import { closeTab } from './actions/close-tab.js';
import {
  extractCleanHtml,
  extractDistilledHtml,
  extractHtml,
  extractMarkdown,
  extractText,
} from './actions/extract.js';
import { readConsole } from './actions/console.js';
import { download } from './actions/download.js';
import { evaluate } from './actions/evaluate.js';
import { inputActions } from './actions/input.js';
import { subscribeListener, unsubscribeListener } from './actions/listener.js';
import { moveActions } from './actions/move-tab.js';
import { navigateTab } from './actions/navigate-tab.js';
import { openTab } from './actions/open-tab.js';
import { pdf } from './actions/pdf.js';
import { queryTabs } from './actions/query-tabs.js';
import { screenshot } from './actions/screenshot.js';
import { listSiteCommands, redditPosts, runSiteCommand, testSiteCommand } from './actions/site-command.js';
import { snapshot } from './actions/snapshot.js';
import { waitFor } from './actions/wait-for.js';
import type { NodeAction } from './node-action.js';

/** Everything that this node can do: one row for each action of the catalogue. */
const ACTION_TABLE: Readonly<Record<ActionName, NodeAction>> = {
  'primitive.tab.open': openTab,
  'primitive.tab.close': closeTab,
  'primitive.tab.close_owned': closeOwnedTabs,
  'primitive.tab.navigate': navigateTab,
  ...moveActions,
  'primitive.tab.query': queryTabs,
  'primitive.dom.extract_text': extractText,
  'primitive.dom.extract_html': extractHtml,
  'primitive.dom.extract_clean_html': extractCleanHtml,
  'primitive.dom.extract_distilled_html': extractDistilledHtml,
  'primitive.dom.extract_markdown': extractMarkdown,
  'primitive.page.snapshot': snapshot,
  'primitive.page.screenshot': screenshot,
  'primitive.page.evaluate': evaluate,
  'primitive.page.wait_for': waitFor,
  ...inputActions,
  'primitive.page.pdf': pdf,
  'primitive.page.console': readConsole,
  'primitive.page.dialog': answerDialog,
  'primitive.page.download': download,
  'command.list': listSiteCommands,
  'command.run': runSiteCommand,
  'command.test': testSiteCommand,
  'command.reddit_posts': redditPosts,
  'listener.subscribe': subscribeListener,
  'listener.unsubscribe': unsubscribeListener,
};

const ACTIONS_BY_NAME: ReadonlyMap<string, NodeAction> = new Map(Object.entries(ACTION_TABLE));

/** The names that the node announces. */
export const CAPABILITIES: readonly string[] = [...ACTIONS_BY_NAME.keys()];

/** The action of a name; undefined when this node cannot do it. */
export function nodeActionOf(name: string): NodeAction | undefined {
  return ACTIONS_BY_NAME.get(name);
}
