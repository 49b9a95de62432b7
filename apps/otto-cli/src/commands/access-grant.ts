import { declareCommand } from '../declare-command.js';
import { requiredText, wholeNumber } from '../option-values.js';
import { setAccess } from '../node/set-access.js';
import { ownNodeApi } from '../node/own-node-api.js';

const MINUTES_MAX = 525_600;

/** `otto access grant` */
export const accessGrantCommand = declareCommand({
  words: 'access grant',
  summary: 'Lets a controller command the node on this machine.',
  examples: ['otto access grant clt_…', 'otto access grant "my laptop" --minutes 60'],
  arguments: { client: { summary: 'its id or its name', required: true, value: requiredText } },
  options: {
    minutes: {
      flags: '--minutes <n>',
      summary: 'for so long (default: until it is revoked)',
      value: wholeNumber({ min: 1, max: MINUTES_MAX }).optional(),
    },
  },
  run: async ({ context, args, options }) => {
    const expiresAt = options.minutes === undefined ? undefined : Date.now() + options.minutes * 60_000;
    const change = { client: args.client, grant: true, ...(expiresAt === undefined ? {} : { expiresAt }) };
    const { clientId, nodeId, granted } = await setAccess(await ownNodeApi(context), change);
    const until = expiresAt === undefined ? {} : { expiresAt };
    context.output.answer({ clientId, nodeId, granted, ...until }, `${clientId} may command ${nodeId}.`);
  },
});
