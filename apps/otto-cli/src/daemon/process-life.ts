import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { isAlive } from './is-alive.js';

/** How long the system may take to say when a process began. */
const PS_MS_MAX = 2_000;

/** Where the start of a process stands in its `/proc/<pid>/stat`, counted from the state behind its name. */
const START_FIELD = 19;

/**
 * A process as it can be written down: its id, and when it began, because ids are given again. Where the system does not
 * tell the second, only the first is known.
 */
export async function processLife(pid: number): Promise<ProcessLife> {
  const began = await beginOf(pid);
  return began === undefined ? { pid } : { pid, began };
}

/** Whether that process still lives; another one that has its id by now is not it. */
export async function livesOn({ pid, began }: ProcessLife): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const now = began === undefined ? undefined : await beginOf(pid);
  return now === undefined || now === began;
}

async function beginOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return beginByProc(pid);
  return process.platform === 'win32' ? undefined : beginByPs(pid);
}

/** Ticks since a boot, and which boot. */
async function beginByProc(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The name of the program may hold anything, also brackets and spaces.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_FIELD];
    return ticks === undefined ? undefined : `${boot.trim()} ${ticks}`;
  } catch {
    // Hidden from us, or gone in this moment: what is left to go by is the id.
    return undefined;
  }
}

function beginByPs(pid: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }, timeout: PS_MS_MAX };
    execFile('ps', ['-o', 'lstart=', '-p', String(pid)], options, (error, stdout) => {
      const began = stdout.trim();
      resolve(error !== null || began === '' ? undefined : began);
    });
  });
}

export interface ProcessLife {
  readonly pid: number;
  readonly began?: string | undefined;
}
