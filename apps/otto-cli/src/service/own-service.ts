import { readIfThere } from '../config/private-file.js';
import type { CommandContext } from '../context.js';
import { OttoError } from '@telepat/otto-protocol';
import { servicePlan, type ServicePlan } from './service-plan.js';
import { runCommand } from './system-command.js';

/** The service that this user has made of the relay of this folder; undefined when there is none. */
export async function ownService(context: Pick<CommandContext, 'io' | 'paths'>): Promise<ServicePlan | undefined> {
  try {
    const plan = servicePlan(context);
    const text = await readIfThere(plan.file);
    return text?.includes(plan.folderLine) === true ? plan : undefined;
  } catch (error) {
    // Where none can be installed, and where none can be read, there is none to be heeded.
    if (error instanceof OttoError) return undefined;
    throw error;
  }
}

/** The same, as long as the service runs. */
export async function ownRunningService(
  context: Pick<CommandContext, 'io' | 'paths'>,
): Promise<ServicePlan | undefined> {
  const plan = await ownService(context);
  if (plan === undefined) return undefined;
  return (await runCommand(context.io, plan.isActive)).succeeded ? plan : undefined;
}
