import { registerClient } from '../controller/register-client.js';
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
    const before = (await config.read()).clientId;
    const { clientId, name, description, createdAt } = await registerClient(context, options);
    if (before !== undefined) output.note(`otto: this machine was ${before} before; that controller stays registered.`);
    output.answer(
      { clientId, name, description, createdAt },
      `Registered "${name}" as ${clientId}. Next: otto client login, and otto access grant ${clientId} at the node.`,
    );
  },
});
