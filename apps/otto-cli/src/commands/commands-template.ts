import { declareCommand } from '../declare-command.js';

/** `otto commands template` */
export const commandsTemplateCommand = declareCommand({
  words: 'commands template',
  summary: 'Prints a site command to start from.',
  details:
    'Write it into a file of your commands, ~/.otto/commands/<site>/<any name>.mjs (OTTO_HOME instead of ~/.otto if you ' +
    'set it), and change it. The folders and the file must be writable by nobody else: chmod -R go-w ~/.otto/commands.',
  examples: [
    'mkdir -p ~/.otto/commands/example.com',
    'otto commands template > ~/.otto/commands/example.com/read-headings.mjs',
  ],
  arguments: {},
  options: {},
  run: async ({ context }) => {
    const { siteCommandTemplate } = await import('@telepat/otto-node-chromium');
    const template = await siteCommandTemplate();
    context.output.answer({ template }, template.trimEnd());
  },
});
