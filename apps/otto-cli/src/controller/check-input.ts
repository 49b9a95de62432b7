import { OttoError, actionDescriptor, type ActionDescriptor } from '@telepat/otto-protocol';
import { inputFaults } from './input-fault.js';
import { inputFields } from './input-fields.js';

/** How many faults of one input are told. */
const TOLD_MAX = 3;

/**
 * Finds out before a command is sent whether its input fits the action. An action that this version does not know
 * passes, because the node may know it.
 *
 * @throws OttoError `invalid_action_input`, naming the fields
 */
export function checkInput({ action, input, tabSession }: CheckedCommand): void {
  const descriptor = actionDescriptor(action);
  if (descriptor === undefined) return;
  const faults = [...fieldFaults(descriptor, input), ...tabFaults(descriptor, input, tabSession)];
  if (faults.length === 0) return;
  const left = faults.length - TOLD_MAX;
  const more = left > 0 ? ` (and ${left} more)` : '';
  throw new OttoError('invalid_action_input', {
    message: `${action}: ${faults.slice(0, TOLD_MAX).join('; ')}${more}.`,
    actionableHint: `otto cmd --help ${action} shows its input. --unchecked leaves the judgement to the node.`,
    effect: 'none',
  });
}

function fieldFaults(descriptor: ActionDescriptor, input: Readonly<Record<string, unknown>>): string[] {
  const parsed = descriptor.input.safeParse(input);
  if (parsed.success) return [];
  const fields = inputFields(descriptor);
  return parsed.error.issues.flatMap((issue) => inputFaults(issue, fields));
}

/** A site command without a tab is given one at its site; reading needs an address then. */
function tabFaults(
  descriptor: ActionDescriptor,
  input: Readonly<Record<string, unknown>>,
  tabSession: string | undefined,
): string[] {
  const hasTab = tabSession !== undefined || input['tabSessionId'] !== undefined;
  if (descriptor.tab === 'always') return hasTab ? [] : ['--tab-session: is required'];
  const takesUrl = descriptor.tab === 'optional' && inputFields(descriptor).some(({ name }) => name === 'url');
  if (!takesUrl || hasTab !== (input['url'] !== undefined)) return [];
  return [hasTab ? 'url: not together with --tab-session' : 'url: is required without --tab-session'];
}

export interface CheckedCommand {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly tabSession: string | undefined;
}
