import { execFile } from 'node:child_process';
import { OttoError } from '@telepat/otto-protocol';
import type { Io } from '../io.js';
import type { ServiceCommand } from './service-plan.js';

const COMMAND_MS_MAX = 30_000;

/**
 * Runs commands of the system's service manager, one after the other.
 *
 * @throws OttoError `service_failed` with what the system said
 */
export async function runCommands(io: Io, commands: readonly ServiceCommand[]): Promise<void> {
  for (const command of commands) {
    const { succeeded, said } = await runCommand(io, command);
    if (succeeded || command.mayFail === true) continue;
    throw new OttoError('service_failed', { message: `${command.words.join(' ')} failed: ${said.trim()}` });
  }
}

/** Whether it succeeded, and what it printed. */
export function runCommand(io: Io, { words }: ServiceCommand): Promise<{ succeeded: boolean; said: string }> {
  const [program, ...rest] = words;
  return new Promise((resolve) => {
    const options = { env: { ...io.env }, timeout: COMMAND_MS_MAX, signal: io.signal };
    execFile(program, rest, options, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`.trim();
      resolve({ succeeded: error === null, said: said === '' ? (error?.message ?? '') : said });
    });
  });
}
