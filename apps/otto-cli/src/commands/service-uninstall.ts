import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { unusable } from '../config/private-file.js';
import { declareCommand } from '../declare-command.js';
import { servicePlan } from '../service/service-plan.js';
import { runCommands } from '../service/system-command.js';

/** `otto service uninstall` */
export const serviceUninstallCommand = declareCommand({
  words: 'service uninstall',
  summary: 'Stops the service of the relay and takes it away.',
  details: 'Everything that the relay has stored stays. otto start runs it without a service.',
  examples: ['otto service uninstall'],
  run: async ({ context }) => {
    const { file, uninstall, forget } = servicePlan(context);
    const wasThere = existsSync(file);
    if (wasThere) {
      await runCommands(context.io, uninstall);
      await rm(file, { force: true }).catch((error: unknown) => {
        throw unusable(file, error, { use: 'removed', elsewhere: 'See that you may write there, and try again.' });
      });
      await runCommands(context.io, forget);
    }
    context.output.answer(
      { outcome: wasThere ? 'uninstalled' : 'not_installed', file },
      wasThere ? `The service is taken away (${file}).` : 'The relay was no service.',
    );
  },
});
