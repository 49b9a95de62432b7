import { fork } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const STOP_MS_MAX = 5_000;

/**
 * Starts a program that answers questions, one at a time.
 *
 * @param {URL} url
 * @param {Record<string, string>} env
 * @param {string[]} execArgv options of Node itself
 * @returns {Program}
 */
export function startProgram(url, env, execArgv = []) {
  const file = basename(url.pathname);
  const child = fork(fileURLToPath(url), {
    env: { ...process.env, ...env },
    execArgv,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
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
        child.send(question);
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

/** What this process has used of the processor so far. */
export function cpuAnswer() {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system };
}

/** @typedef {{ ask(question: { type: string, [field: string]: any }): Promise<any>, stop(): Promise<void> }} Program */
