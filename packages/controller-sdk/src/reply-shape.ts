import { OttoError } from '@telepat/otto-protocol';

/**
 * The reply of a relay as its type, when it has the fields that the shape names. The relay makes its replies with the
 * schemas that the types come from; this only makes sure that it is a relay that answered, without a schema library.
 *
 * @throws OttoError `relay_unreachable` when it is something else.
 */
export function replyAs<T extends object>(reply: Record<string, unknown>, shape: Shape<T>): T {
  for (const [field, kind] of Object.entries(shape)) {
    const value = reply[field];
    const found = Array.isArray(value) ? 'array' : typeof value;
    // No list of a relay has holes.
    if (found === kind && !(Array.isArray(value) && value.includes(null))) continue;
    const what = found === kind ? 'holds nothing where something must be' : `is not of type ${String(kind)}`;
    const message = `What answered is not an Otto relay of this version: "${field}" ${what}.`;
    throw new OttoError('relay_unreachable', { message });
  }
  // The fields that the type requires were checked just now.
  return reply as T;
}

/** One entry for each required field of a reply; what lies deeper is the relay's word. */
export type Shape<T> = { readonly [K in RequiredKeys<T>]: Kind<T[K]> };

type RequiredKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T];

type Kind<V> = V extends string
  ? 'string'
  : V extends number
    ? 'number'
    : V extends boolean
      ? 'boolean'
      : V extends readonly unknown[]
        ? 'array'
        : 'object';
