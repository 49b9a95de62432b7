import type { SiteCommandDescriptor } from './actions/site-command.js';
import { COMMAND_TIMEOUT_MS_MAX, COMMAND_TIMEOUT_MS_MIN } from './limits.js';

/**
 * How long a site command may take for an input, in milliseconds that a command may carry as `timeoutMs`; undefined
 * where its policy says nothing of that. The node stops the command then, and whoever sends it can ask for as much.
 *
 * @example siteCommandTimeoutMs({ scaling: { inputField: 'pages', baseMs: 10_000, perUnitMs: 5_000 } }, { pages: 3 }) // 25_000
 */
export function siteCommandTimeoutMs(
  policy: SiteCommandDescriptor['timeoutPolicy'],
  input: Readonly<Record<string, unknown>> = {},
): number | undefined {
  if (policy === undefined) return undefined;
  const ms = scaledMs(policy.scaling, input) ?? policy.defaultMs;
  if (ms === undefined) return undefined;
  return Math.round(Math.min(Math.max(ms, COMMAND_TIMEOUT_MS_MIN), COMMAND_TIMEOUT_MS_MAX));
}

function scaledMs(scaling: Scaling | undefined, input: Readonly<Record<string, unknown>>): number | undefined {
  if (scaling === undefined || !Object.hasOwn(input, scaling.inputField)) return undefined;
  const units = unitsOf(input[scaling.inputField]);
  if (units === undefined) return undefined;
  const { baseMs, perUnitMs, minMs = 0, maxMs = COMMAND_TIMEOUT_MS_MAX } = scaling;
  return Math.min(Math.max(baseMs + perUnitMs * units, minMs), maxMs);
}

/** A number counts for itself, a list by its length; anything else says nothing of how much there is to do. */
function unitsOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

type Scaling = NonNullable<NonNullable<SiteCommandDescriptor['timeoutPolicy']>['scaling']>;
