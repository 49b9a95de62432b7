import type * as z from 'zod';

/** How one collection is kept in its file. */
export interface StoreFormat<T> {
  readonly fileName: string;
  readonly schema: z.ZodType<T>;
  /** Reads a line of an older installation, or tells that it is none. */
  readonly legacy: (line: unknown) => { readonly id: string; readonly value: T } | undefined;
  /** When a value can be forgotten, in epoch milliseconds. */
  readonly expiresAt?: (value: T) => number | undefined;
}
