import { declareCommand } from '../declare-command.js';
import { forgetClient } from '../controller/forget-client.js';
import { withIdentityLock } from '../controller/with-identity-lock.js';

/** `otto client forget` */
export const clientForgetCommand = declareCommand({
  words: 'client forget',
  summary: 'Forgets the controller of this machine, with its secret and its tokens.',
  details: 'The relay is told nothing: the controller stays registered there. otto client remove ends it for good.',
  examples: ['otto client forget'],
  run: async ({ context }) => {
    const clientId = await withIdentityLock(context, async () => {
      const { clientId: own } = await context.config.read();
      await forgetClient(context, own);
      return own;
    });
    context.output.answer(
      { outcome: clientId === undefined ? 'nothing' : 'forgotten', clientId: clientId ?? null },
      clientId === undefined ? 'No controller was registered here.' : `${clientId} is forgotten here.`,
    );
  },
});
