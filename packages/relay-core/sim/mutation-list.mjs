import { MUTATIONS_OF_BOUNDS } from './mutations-of-bounds.mjs';
import { MUTATIONS_OF_ENDS } from './mutations-of-ends.mjs';
import { MUTATIONS } from './mutations.mjs';

/** Every deliberate breakage. */
export const ALL_MUTATIONS = [...MUTATIONS, ...MUTATIONS_OF_ENDS, ...MUTATIONS_OF_BOUNDS];
