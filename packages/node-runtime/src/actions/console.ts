import { ACTIONS, CONSOLE_LEVELS } from '@telepat/otto-protocol';
import { nodeAction } from '../node-action.js';
import type { DriverPage } from '../ports.js';
import { requireTab, withSourcePage } from '../source-page.js';

/** Reads what a page wrote to its console. A dialog does not matter: the page is not asked. */
export const readConsole = nodeAction(
  ACTIONS['primitive.page.console'],
  async ({ sinceMs = 0, level, ...source }, call) => {
    const lowest = CONSOLE_LEVELS.indexOf(level);
    const read = (page: DriverPage) => {
      const { messages, droppedCount } = page.console();
      const wanted = messages.filter(
        (message) => message.at >= sinceMs && CONSOLE_LEVELS.indexOf(message.level) >= lowest,
      );
      return { sourceUrl: page.url(), messages: wanted, droppedCount };
    };
    if (source.url !== undefined || source.tabSessionId === undefined) {
      return withSourcePage(source, call, async (page) => read(page));
    }
    const { page, tabSessionId } = requireTab(source.tabSessionId, call.tools);
    return { tabSessionId, ...read(page) };
  },
);
