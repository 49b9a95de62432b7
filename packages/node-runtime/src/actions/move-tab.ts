import { ACTIONS } from '@telepat/otto-protocol';
import { actOnTab } from '../act-on-tab.js';
import { actedOn } from '../acted-on.js';
import { nodeAction, type ActionCall, type NodeAction } from '../node-action.js';
import { requireTab } from '../source-page.js';

/** Moves a tab through its history, loads its page again, or brings it to the front. */
export const moveActions = {
  'primitive.tab.back': moveAction('back'),
  'primitive.tab.forward': moveAction('forward'),
  'primitive.tab.reload': moveAction('reload'),
  'primitive.tab.activate': nodeAction(ACTIONS['primitive.tab.activate'], async ({ tabSessionId }, call) => {
    const tab = requireTab(tabSessionId, call.tools);
    // A dialog that is open does not keep a tab in the back.
    await tab.page.activate();
    return { title: '', ...(await actedOn(tab, call)) };
  }),
};

function moveAction(to: 'back' | 'forward' | 'reload'): NodeAction {
  return nodeAction(ACTIONS[`primitive.tab.${to}`], async ({ tabSessionId }, call: ActionCall) => {
    const tab = requireTab(tabSessionId, call.tools);
    const acted = await actOnTab(tab, call, (page, { signal }) => page.move({ to, signal }));
    return { title: '', ...acted };
  });
}
