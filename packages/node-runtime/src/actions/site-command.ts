import { ACTIONS } from '@telepat/otto-protocol';
import { nodeAction } from '../node-action.js';
import { lookUpSiteCommands } from '../site-commands/look-up-site-commands.js';
import { runSiteCommand as run } from '../site-commands/run-site-command.js';

/** Lists what the node can do at sites. */
export const listSiteCommands = nodeAction(ACTIONS['command.list'], async ({ site }, call) =>
  (await lookUpSiteCommands(call, site)).list(site),
);

/** Runs a site command. */
export const runSiteCommand = nodeAction(ACTIONS['command.run'], (input, call) =>
  run({ ...input, hook: 'execute' }, call),
);

/** Tries a site command. */
export const testSiteCommand = nodeAction(ACTIONS['command.test'], (input, call) =>
  run({ ...input, hook: 'test' }, call),
);

/** Runs a site command under the name that it had before there were others. */
export const redditPosts = nodeAction(ACTIONS['command.reddit_posts'], (input, call) =>
  run({ ...input, site: 'reddit.com', command: 'getPosts', hook: 'execute' }, call),
);
