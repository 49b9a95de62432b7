import { rm } from 'node:fs/promises';
import { readIfThere, writePrivateFile } from '../config/private-file.js';
import { makeFolder } from '../config/make-folder.js';
import type { CommandContext } from '../context.js';
import { declareCommand } from '../declare-command.js';
import { port } from '../option-values.js';
import { findRelay } from '../relay/find-relay.js';
import { localUrl } from '../relay/local-url.js';
import { servicePlan, type ServicePlan } from '../service/service-plan.js';
import { startService } from '../service/start-service.js';
import { runCommands } from '../service/system-command.js';
import { stopRelay } from './stop-relay.js';

/** `otto service install` */
export const serviceInstallCommand = declareCommand({
  words: 'service install',
  summary: 'Makes the relay a service of yours, which runs now and at each login.',
  details:
    'A unit of your systemd on Linux, an agent of your launchd on macOS. A relay that runs is stopped, and the service ' +
    'takes its port. The OTTO_ variables of now are written down for it, but for secrets.',
  examples: ['otto service install', 'otto service install --port 9000'],
  options: { port: { flags: '--port <port>', summary: 'port to listen on', value: port.optional() } },
  run: async ({ context, options }) => {
    const { io, paths, output } = context;
    const found = await findRelay(paths, io.signal);
    const plan = servicePlan(context, options.port ?? (found.state === 'running' ? found.record.port : undefined));
    noteSecret(context);
    makeFolder(paths.home);
    await prepare(context, plan);
    const stopped = await stopRelay(context);
    if (stopped !== undefined) output.note(`otto: the relay that ran (pid ${stopped.pid}) was stopped.`);
    const record = await startService(context, plan);
    if (plan.note !== undefined) output.note(`otto: ${plan.note}`);
    const { port: listens, pid } = record;
    output.answer(
      { outcome: 'installed', file: plan.file, port: listens, pid },
      `The relay is a service now (${plan.file}) and listens on ${localUrl(record)} (pid ${pid}).`,
    );
  },
});

/** A system that does not play along is left without the file, and whatever runs goes on. */
async function prepare({ io }: CommandContext, { file, text, prepare: commands }: ServicePlan): Promise<void> {
  const before = await readIfThere(file);
  await writePrivateFile(file, text, WITHOUT_SERVICE);
  try {
    await runCommands(io, commands);
  } catch (error) {
    await (before === undefined ? rm(file, { force: true }) : writePrivateFile(file, before));
    throw error;
  }
}

/** The system looks for services there and nowhere else. */
const WITHOUT_SERVICE = 'See that you may write there, or run the relay without a service: otto start.';

function noteSecret({ io, output }: CommandContext): void {
  if ((io.env['OTTO_TOKEN_SECRET'] ?? '') === '') return;
  output.note('otto: OTTO_TOKEN_SECRET is not written down; the service uses the secret of the folder of the relay.');
}
