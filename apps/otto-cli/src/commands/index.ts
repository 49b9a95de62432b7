import type { Command } from '../declare-command.js';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [];
