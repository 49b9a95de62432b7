import { flag, keepTabsMs, nodeId, text, timeoutMs } from '../option-values.js';

/** Options that every command to a node has. */
export const commandOptions = {
  nodeId: {
    flags: '--node-id <id>',
    summary: 'which node (default: that of this machine, or the only one)',
    value: nodeId.optional(),
  },
  tabSession: {
    flags: '--tab-session <id>',
    summary: 'in this tab, as primitive.tab.open named it',
    value: text.optional(),
  },
  timeout: {
    flags: '--timeout <ms>',
    summary: 'time for waiting and running together (default: 30000)',
    value: timeoutMs.optional(),
  },
  failFast: { flags: '--fail-fast', summary: 'fail when the tab is busy, instead of waiting for it', value: flag },
  keepTabs: {
    flags: '--keep-tabs <ms>',
    summary: 'how long open tabs are kept for the next call; 0 lets them go (default: 600000)',
    value: keepTabsMs.optional(),
  },
};
