import type * as z from 'zod';
import type { ErrorCode } from '../errors.js';

/** A descriptor, as its row in ACTIONS: scopes, dispatch at the node, help and documentation are made from it. */
export function defineAction<I extends z.ZodType, O extends z.ZodType>(
  descriptor: ActionDescriptor<I, O>,
): ActionDescriptor<I, O> {
  return descriptor;
}

export interface ActionDescriptor<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** One sentence for help and documentation. */
  readonly summary: string;
  /** `always`: works on the tab of `tabSessionId`. `optional`: or on a temporary tab made for `url`. */
  readonly tab: 'always' | 'optional' | 'never';
  /** A repeat has no effect, so that a retry is safe even when the outcome of the first try is unknown. */
  readonly readOnly: boolean;
  /** The relay tells the node who asks, as `__controllerClientId` in the input. */
  readonly needsCaller: boolean;
  /** Not among the scopes that a new controller has: the owner of the relay grants it by name. */
  readonly sensitive?: true;
  /** Only the relay itself sends it. */
  readonly internal?: true;
  /** This is an older name of the action named here, kept for clients that know it. */
  readonly replacedBy?: string;
  readonly input: I;
  /** An input as one would send it, without the tab or page that it is for: help and documentation show it. */
  readonly example: z.input<I>;
  readonly output: O;
  /** What can go wrong at the node, beside `invalid_action_input` and `internal_error`. */
  readonly errors: readonly ErrorCode[];
}
