import { ACTIONS, OttoError } from '@telepat/otto-protocol';
import { DIALOG_TEXT_LENGTH_MAX } from '@telepat/otto-protocol/limits';
import { actedOn } from '../acted-on.js';
import { nodeAction } from '../node-action.js';
import { shortened } from '../shortened.js';
import { requireTab } from '../source-page.js';
import { untilDialog } from '../until-dialog.js';

/** Answers the dialog that is open, whatever waits in the tab because of it, and tells what the page did then. */
export const answerDialog = nodeAction(
  ACTIONS['primitive.page.dialog'],
  async ({ tabSessionId, accept, promptText }, call) => {
    const tab = requireTab(tabSessionId, call.tools);
    const dialog = tab.life.dialogs.take();
    if (dialog === undefined) throw new OttoError('no_dialog_open', { effect: 'none' });
    const { type } = dialog;
    const message = shortened(dialog.message, DIALOG_TEXT_LENGTH_MAX);
    await untilDialog(tab.life, call, () => (accept ? dialog.accept(promptText) : dialog.dismiss()));
    return { ...(await actedOn(tab, call)), answered: { type, message, accepted: accept } };
  },
  { skipsLane: () => true },
);
