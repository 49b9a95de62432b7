import type { Command } from '../declare-command.js';
import { authcodeCommand } from './authcode.js';
import { clientLoginCommand } from './client-login.js';
import { clientRegisterCommand } from './client-register.js';
import { clientStatusCommand } from './client-status.js';
import { cmdCommand } from './cmd.js';
import { extractContentCommand } from './extract-content.js';
import { pairCommand } from './pair.js';
import { restartCommand } from './restart.js';
import { screenshotCommand } from './screenshot.js';
import { startCommand } from './start.js';
import { statusCommand } from './status.js';
import { stopCommand } from './stop.js';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  startCommand,
  stopCommand,
  restartCommand,
  statusCommand,
  pairCommand,
  authcodeCommand,
  clientRegisterCommand,
  clientLoginCommand,
  clientStatusCommand,
  cmdCommand,
  extractContentCommand,
  screenshotCommand,
];
