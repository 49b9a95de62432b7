import * as z from 'zod';
import { settingArgument } from '../config/setting-argument.js';
import { SETTINGS, SETTING_NAMES, settingChanges, shownSetting } from '../config/settings.js';
import { declareCommand } from '../declare-command.js';

/** `otto config set` */
export const configSetCommand = declareCommand({
  words: 'config set',
  summary: 'Changes one setting; an empty value takes it away.',
  details:
    `${SETTING_NAMES.map((name) => `${name}: ${SETTINGS[name].summary}.`).join(' ')} After another relay was set, ` +
    'otto client login logs in there.',
  examples: [
    'otto config set relayUrl wss://relay.example.com',
    'otto config set relayUrl ""',
    'otto config set nodeId living-room',
  ],
  arguments: {
    setting: settingArgument,
    value: { summary: 'the new value', required: true, value: z.string().trim() },
  },
  run: async ({ context, args }) => {
    const { config, output } = context;
    const before = await config.read();
    const changes = await settingChanges(before, args.setting, args.value);
    const after = await config.update(changes);
    if (before.accessToken !== undefined && after.accessToken === undefined) {
      output.note('otto: the login at the former relay is forgotten here; log in with otto client login.');
    }
    const value = shownSetting(after, args.setting);
    output.answer(
      { setting: args.setting, value: value ?? null },
      `${args.setting} is ${value ?? 'not set any more'}.`,
    );
  },
});
