import { OttoError } from '@telepat/otto-protocol';
import type { ElementTarget } from './ports.js';

/**
 * The element that an input names; undefined when it names none.
 *
 * @throws OttoError `invalid_action_input` when both a selector and a ref are given.
 */
export function optionalTarget({ selector, ref }: NamedElement, names = OWN_NAMES): ElementTarget | undefined {
  if (selector !== undefined && ref !== undefined) {
    const message = `Give either ${names.selector} or ${names.ref}, not both.`;
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
export function requireTarget(named: NamedElement, names = OWN_NAMES): ElementTarget {
  const target = optionalTarget(named, names);
  if (target !== undefined) return target;
  const message = `Give a ${names.selector} or a ${names.ref}.`;
  throw new OttoError('invalid_action_input', { message, effect: 'none' });
}

/** Of the fields of the input, as errors call them. */
const OWN_NAMES = { selector: 'selector', ref: 'ref' };

interface NamedElement {
  readonly selector?: string | undefined;
  readonly ref?: string | undefined;
}
