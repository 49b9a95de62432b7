import { existsSync } from 'node:fs';
import { declareCommand } from '../declare-command.js';
import { servicePlan } from '../service/service-plan.js';
import { runCommand } from '../service/system-command.js';

/** `otto service status` */
export const serviceStatusCommand = declareCommand({
  words: 'service status',
  summary: 'Says whether the relay is a service, and whether the service runs.',
  details: 'A relay that otto start left running is none; otto status tells of any.',
  examples: ['otto service status', 'otto service status --json'],
  run: async ({ context }) => {
    const { file, isActive } = servicePlan(context);
    const installed = existsSync(file);
    const active = installed && (await runCommand(context.io, isActive)).succeeded;
    const how = active ? 'runs' : 'does not run: otto service install starts it';
    context.output.answer(
      { installed, active, file },
      installed ? `The service (${file}) ${how}.` : 'The relay is no service. Make it one with otto service install.',
    );
  },
});
