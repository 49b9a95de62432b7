import { declareCommand } from '../declare-command.js';
import { setAccess } from '../node/set-access.js';
import { ownNodeApi } from '../node/own-node-api.js';
import { requiredText } from '../option-values.js';

/** `otto access revoke` */
export const accessRevokeCommand = declareCommand({
  words: 'access revoke',
  summary: 'Takes the node on this machine from a controller, at once.',
  examples: ['otto access revoke clt_…'],
  arguments: { client: { summary: 'its id or its name', required: true, value: requiredText } },
  run: async ({ context, args }) => {
    const { clientId, nodeId, granted } = await setAccess(await ownNodeApi(context), {
      client: args.client,
      grant: false,
    });
    context.output.answer({ clientId, nodeId, granted }, `${clientId} may not command ${nodeId} any more.`);
  },
});
