import type { Attack } from '../attack.js';
import { BOUNDS_ATTACKS } from './bounds.js';
import { IDENTITY_ATTACKS } from './false-identity.js';
import { FOLDER_ATTACKS } from './folder.js';
import { WEB_PAGE_ATTACKS } from './from-a-web-page.js';
import { SECRET_ATTACKS } from './guessing-and-reuse.js';
import { RIGHTS_ATTACKS } from './rights.js';

/** Every attack, in the order in which they are played. */
export const ATTACKS: readonly Attack[] = [
  ...WEB_PAGE_ATTACKS,
  ...IDENTITY_ATTACKS,
  ...SECRET_ATTACKS,
  ...RIGHTS_ATTACKS,
  ...BOUNDS_ATTACKS,
  ...FOLDER_ATTACKS,
];
