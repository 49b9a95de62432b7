import * as z from 'zod';
import { bashCompletion } from '../completion/bash-completion.js';
import { completionRows } from '../completion/completion-rows.js';
import { fishCompletion } from '../completion/fish-completion.js';
import { zshCompletion } from '../completion/zsh-completion.js';
import { declareCommand } from '../declare-command.js';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `otto completion` */
export const completionCommand = declareCommand({
  words: 'completion',
  summary: 'Prints what a shell needs to complete commands, options and actions.',
  details: 'Put the line for your shell into its start file. It is made from the commands of this version.',
  examples: [
    'source <(otto completion bash)   # in ~/.bashrc',
    'source <(otto completion zsh)    # in ~/.zshrc, after compinit',
    'mkdir -p ~/.config/fish/completions && otto completion fish > ~/.config/fish/completions/otto.fish',
  ],
  arguments: {
    shell: {
      summary: SHELLS.join(', '),
      required: true,
      value: z.enum(SHELLS, { error: `must be one of ${SHELLS.join(', ')}` }),
    },
  },
  run: async ({ context, args }) => {
    // The table holds this command, too.
    const { COMMANDS } = await import('./index.js');
    const script = SCRIPTS[args.shell](completionRows(COMMANDS));
    context.output.answer({ shell: args.shell, script }, script);
  },
});
