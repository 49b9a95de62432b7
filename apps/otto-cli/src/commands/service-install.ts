import { rm } from 'node:fs/promises';
import { OttoError } from '@telepat/otto-protocol';
import { readIfThere, writePrivateFile } from '../config/private-file.js';
import { makeFolder } from '../config/make-folder.js';
import type { CommandContext } from '../context.js';
import { relaySettings } from '../daemon/relay-settings.js';
import { startDaemon } from '../daemon/supervisor.js';
import { declareCommand } from '../declare-command.js';
import { port } from '../option-values.js';
import { findRelay } from '../relay/find-relay.js';
import { localUrl } from '../relay/local-url.js';
import { serviceEnv, servicePlan, type ServicePlan } from '../service/service-plan.js';
import { serviceSecrets } from '../service/service-secrets.js';
import { startService } from '../service/start-service.js';
import { runCommands } from '../service/system-command.js';
import { stopRelay, type StoppedRelay } from './stop-relay.js';

/** `otto service install` */
export const serviceInstallCommand = declareCommand({
  words: 'service install',
  summary: 'Makes the relay a service of yours, which runs now and at each login.',
  details:
    'A unit of your systemd on Linux, an agent of your launchd on macOS. A relay that runs is stopped, and the service ' +
    'takes its port. The OTTO_ variables of now are written down for it, but for secrets: systemd takes those from ' +
    'service.env in the folder of Otto, which only you should be able to read.',
  examples: ['otto service install', 'otto service install --port 9000'],
  options: { port: { flags: '--port <port>', summary: 'port to listen on', value: port.optional() } },
  run: async ({ context, options }) => {
    const { io, paths, output, version } = context;
    const found = await findRelay(paths, io.signal);
    const wanted = options.port ?? (found.state === 'running' ? found.record.port : undefined);
    const plan = servicePlan(context, wanted);
    const env = { ...serviceEnv(context, wanted), ...(await serviceSecrets(context)) };
    makeFolder(paths.home);
    // What the relay would refuse must not be found out when none runs any more.
    await relaySettings({ paths, env, version });
    const before = await prepare(context, plan);
    const stopped = await stopRelay(context);
    if (stopped !== undefined) output.note(`otto: the relay that ran (pid ${stopped.pid}) was stopped.`);
    const record = await startService(context, plan).catch(async (error: unknown) => {
      await undo(context, plan, before);
      if (before === undefined && stopped !== undefined) await startAgain(context, stopped);
      throw error;
    });
    if (plan.note !== undefined) output.note(`otto: ${plan.note}`);
    const { port: listens, pid } = record;
    output.answer(
      { outcome: 'installed', file: plan.file, port: listens, pid },
      `The relay is a service now (${plan.file}) and listens on ${localUrl(record)} (pid ${pid}).`,
    );
  },
});

/** A system that does not play along is left without the file, and whatever runs goes on. Gives what the file held. */
async function prepare({ io }: CommandContext, plan: ServicePlan): Promise<string | undefined> {
  const before = await readIfThere(plan.file);
  await writePrivateFile(plan.file, plan.text, WITHOUT_SERVICE);
  try {
    await runCommands(io, plan.prepare);
    return before;
  } catch (error) {
    await putBack(plan, before);
    throw error;
  }
}

/** The system looks for services there and nowhere else. */
const WITHOUT_SERVICE = 'See that you may write there, or run the relay without a service: otto start.';

/** A service that does not start would fail at each login: what was there before is there again, and runs. */
async function undo({ io, output }: CommandContext, plan: ServicePlan, before: string | undefined): Promise<void> {
  const { prepare: heed, start, uninstall, forget } = plan;
  try {
    if (before === undefined) await runCommands(io, uninstall);
    await putBack(plan, before);
    await runCommands(io, before === undefined ? forget : [...heed, ...start]);
    output.note(`otto: ${plan.file} is ${before === undefined ? 'taken away again' : 'as it was before'}.`);
  } catch (error) {
    // Why the service did not start is what is told as the failure.
    output.note(`otto: ${plan.file} could not be put back: ${OttoError.from(error).message}`);
  }
}

async function putBack({ file }: ServicePlan, before: string | undefined): Promise<void> {
  await (before === undefined ? rm(file, { force: true }) : writePrivateFile(file, before));
}

async function startAgain({ paths, io, output }: CommandContext, { port: before }: StoppedRelay): Promise<void> {
  try {
    const { pid } = await startDaemon({ paths, env: io.env, port: before, signal: io.signal });
    output.note(`otto: the relay runs again as before, without a service (pid ${pid}).`);
  } catch (error) {
    output.note(`otto: the relay that ran before could not be started again: ${OttoError.from(error).message}`);
  }
}
