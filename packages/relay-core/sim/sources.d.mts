import type { Mutation } from './mutation-list.mjs';

/** How often the text that a mutation replaces stands in its file. */
export function placesOf(mutation: Mutation): number;

/** Whether any room of the simulation holds the relay to an invariant. */
export function isDemanded(invariant: string): boolean;
