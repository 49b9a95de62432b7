/** A text of one file of the core, and what stands there instead. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly search: string;
  readonly replace: string;
}

/** Every deliberate breakage. */
export const ALL_MUTATIONS: readonly Mutation[];
