import { settingArgument } from '../config/setting-argument.js';
import { shownSetting } from '../config/settings.js';
import { declareCommand } from '../declare-command.js';

/** `otto config get` */
export const configGetCommand = declareCommand({
  words: 'config get',
  summary: 'Prints one setting; an empty line when it is not set.',
  examples: ['otto config get relayUrl'],
  arguments: { setting: settingArgument },
  run: async ({ context, args }) => {
    const value = shownSetting(await context.config.read(), args.setting);
    context.output.answer({ setting: args.setting, value: value ?? null }, value ?? '');
  },
});
