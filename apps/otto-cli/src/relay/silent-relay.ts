import type { PidRecord } from '../daemon/pid-file.js';

/**
 * What to say of a process that has the relay's pid and port and does not answer: a relay that is suspended or hangs, or
 * any program. A suspended one takes no signal but these.
 */
export function silentRelay({ pid, port }: PidRecord, platform: NodeJS.Platform): { message: string; hint: string } {
  const end = platform === 'win32' ? `taskkill /F /PID ${pid}` : `kill -9 ${pid}`;
  const resume = platform === 'win32' ? '' : `if it is suspended, resume it with kill -CONT ${pid}; if not, `;
  return {
    message: `Process ${pid} has port ${port} of the relay and does not answer: it is suspended, hangs, or is another program.`,
    hint: `See what it is; ${resume}end it with ${end}, and then run otto start.`,
  };
}
