import { registerClient } from '../controller/register-client.js';
import { withIdentityLock } from '../controller/with-identity-lock.js';
import { declareCommand } from '../declare-command.js';
import { text } from '../option-values.js';

/** `otto client register` */
export const clientRegisterCommand = declareCommand({
  words: 'client register',
  summary: 'Registers this machine as a controller and keeps its secret.',
  details:
    'The secret goes to the keychain of this system, or where none works, to a file that only you can read. A new ' +
    'controller reaches no node until the owner of the node grants it: otto access grant.',
  examples: ['otto client register --name "my laptop"', 'otto client register --name ci --description "nightly run"'],
  endsItself: true,
  options: {
    name: {
      flags: '--name <name>',
      summary: 'what node owners see (default: that of this machine)',
      value: text.optional(),
    },
    description: { flags: '--description <text>', summary: 'what it is for', value: text.optional() },
  },
  run: async ({ context, options }) => {
    const { config, output } = context;
    const { before, client } = await withIdentityLock(context, async () => ({
      before: (await config.read()).clientId,
      client: await registerClient(context, options),
    }));
    const { clientId, name, description, createdAt } = client;
    if (before !== undefined) output.note(`otto: this machine was ${before} before; that controller stays registered.`);
    output.answer(
      { clientId, name, description, createdAt },
      `Registered "${name}" as ${clientId}. Next: otto client login, and otto access grant ${clientId} at the node.`,
    );
  },
});
