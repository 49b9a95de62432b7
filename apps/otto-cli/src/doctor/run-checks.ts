import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import type { Check, CheckReport, Finding } from './finding.js';

/**
 * Looks at one thing after the other. A check that cannot be made has failed, with what stood in its way.
 *
 * @param fixes mends what may be mended, and looks again
 */
export async function runChecks(
  context: CommandContext,
  checks: readonly Check[],
  { fixes }: { fixes: boolean },
): Promise<CheckReport[]> {
  const reports: CheckReport[] = [];
  for (const check of checks) {
    context.io.signal.throwIfAborted();
    const finding = await lookAt(check, context);
    const { fix } = finding;
    if (!fixes || fix === undefined) {
      reports.push(reportOf(check, finding));
      continue;
    }
    const after = await lookAt({ name: check.name, look: () => fix().then(() => check.look(context)) }, context);
    reports.push({ ...reportOf(check, after), ...(after.level === 'ok' ? { fixed: true as const } : {}) });
  }
  return reports;
}

async function lookAt(check: Check, context: CommandContext): Promise<Finding> {
  try {
    return await check.look(context);
  } catch (thrown) {
    const { message, hint } = OttoError.from(thrown);
    return { level: 'fail', message, remedy: hint };
  }
}

function reportOf({ name }: Check, { level, message, remedy }: Finding): CheckReport {
  return { name, level, message, ...(remedy === undefined ? {} : { remedy }) };
}
