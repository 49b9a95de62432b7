import { SETTINGS, SETTING_NAMES, shownSetting } from '../config/settings.js';
import { declareCommand } from '../declare-command.js';

/** `otto config` */
export const configCommand = declareCommand({
  words: 'config',
  summary: 'Shows the settings of this user, or changes them with get and set.',
  details:
    'They are kept in config.json. Tokens and secrets, which are kept there and beside it, are never shown. What the ' +
    'relay itself is told comes from its environment: OTTO_RELAY_PORT, OTTO_LOG_DIR and so on.',
  examples: ['otto config', 'otto config get relayUrl', 'otto config set relayUrl wss://relay.example.com'],
  run: async ({ context }) => {
    const config = await context.config.read();
    const settings = SETTING_NAMES.map((name) => [name, shownSetting(config, name) ?? null] as const);
    const lines = settings.map(
      ([name, value]) => `${name.padEnd(12)}  ${value ?? `not set: ${SETTINGS[name].standard}`}`,
    );
    context.output.answer({ file: context.paths.config, ...Object.fromEntries(settings) }, lines.join('\n'));
  },
});
