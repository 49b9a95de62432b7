import * as z from 'zod';
import { SETTING_NAMES } from './settings.js';

/** Which setting, as an argument of commands. */
export const settingArgument = {
  summary: SETTING_NAMES.join(', '),
  required: true,
  value: z.enum(SETTING_NAMES, { error: `must be one of ${SETTING_NAMES.join(', ')}` }),
};
