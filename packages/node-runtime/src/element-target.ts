import { OttoError } from '@telepat/otto-protocol';
import type { ElementTarget } from './ports.js';

/**
 * The element that an input names; undefined when it names none.
 *
 * @throws OttoError `invalid_action_input` when both a selector and a ref are given.
 */
export function optionalTarget({ selector, ref }: NamedElement): ElementTarget | undefined {
  if (selector !== undefined && ref !== undefined) {
    const message = 'Give either a selector or a ref, not both.';
    throw new OttoError('invalid_action_input', { message, effect: 'none' });
  }
  if (selector !== undefined) return { selector };
  return ref === undefined ? undefined : { ref };
}

/**
 * The element that an input names.
 *
 * @throws OttoError `invalid_action_input` when it does not name exactly one.
 */
export function requireTarget(named: NamedElement): ElementTarget {
  const target = optionalTarget(named);
  if (target !== undefined) return target;
  throw new OttoError('invalid_action_input', { message: 'Give a selector or a ref.', effect: 'none' });
}

interface NamedElement {
  readonly selector?: string | undefined;
  readonly ref?: string | undefined;
}
