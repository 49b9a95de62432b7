import { fork, spawnSync } from 'node:child_process';
import { availableParallelism, constants, setPriority } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const STOP_MS_MAX = 5_000;

/** Where there are two cores, and the program that ties a process to one. */
const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** The core of what is measured, and that of whoever keeps it busy, so that neither takes the other's time. */
export const CORES = canPin ? { server: 0, load: 1 } : { server: undefined, load: undefined };

/**
 * Starts a program that answers questions, one at a time.
 *
 * @param {URL} url
 * @param {Record<string, string>} env
 * @param {{ execArgv?: string[], core?: number | undefined, givesWay?: boolean }} [options] those of Node itself, the
 *   core to run on, and whether it gives way to others there
 * @returns {Program}
 */
export function startProgram(url, env, { execArgv = [], core, givesWay = false } = {}) {
  const file = basename(url.pathname);
  const child = fork(fileURLToPath(url), {
    env: { ...process.env, ...env },
    ...commandOn(core, execArgv),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  if (givesWay && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        const onExit = () => reject(new Error(`${file} ended before it answered ${question.type}.`));
        child.once('exit', onExit);
        child.once('message', (/** @type {any} */ answer) => {
          child.off('exit', onExit);
          if (answer.failure === undefined) resolve(answer);
          else reject(new Error(`${file}: ${answer.failure}`));
        });
        child.send(question, (error) => error !== null && reject(error));
      }),
    stop: async () => {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
    },
  };
}

/**
 * `taskset` becomes the process that it starts, so that signals and messages reach it.
 * @param {number | undefined} core
 * @param {string[]} execArgv
 */
function commandOn(core, execArgv) {
  if (core === undefined) return { execArgv };
  return { execPath: 'taskset', execArgv: ['--cpu-list', String(core), process.execPath, ...execArgv] };
}

/**
 * The other side: answers the questions of the program that started this one.
 * @param {Record<string, (question: any) => any>} answers by type of question
 */
export function answerParent(answers) {
  process.on('message', async (/** @type {any} */ question) => {
    try {
      process.send?.((await answers[question.type]?.(question)) ?? {});
    } catch (error) {
      process.send?.({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  // Whoever started it is gone: nobody will ask any more.
  process.on('disconnect', () => process.exit(0));
}

/** What this process has used of the processor so far, all its threads together. */
export function cpuAnswer() {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system };
}

/** What this process takes of physical memory, garbage not counted where it may be collected (`--expose-gc`). */
export function memoryAnswer() {
  for (let round = 0; round < 3; round++) globalThis.gc?.();
  return { rssBytes: process.memoryUsage.rss() };
}

/**
 * @typedef {{ type: string, [field: string]: unknown }} Question
 * @typedef {{ ask(question: Question): Promise<any>, stop(): Promise<void> }} Program
 */
