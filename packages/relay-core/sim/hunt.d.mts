import type { Mutation } from './mutation-list.mjs';

export const SEEDS_MAX: number;

/** Which seed found a mutation, and by which invariant; both are undefined when none did. */
export function hunt(mutation: Mutation): Promise<{ readonly brokenSeed?: number; readonly invariant?: string }>;
