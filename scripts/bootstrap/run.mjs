import { spawn } from 'node:child_process';

/**
 * Runs a program to its end and collects what it prints, or with `show` lets it print. An array is a program and its
 * arguments; a text goes through the shell, which finds `npx.cmd` on Windows, too. The program does not outlive us.
 *
 * @param {string | string[]} command
 * @param {Options} options
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, { cwd, env, show = false }) {
  return new Promise((resolve) => {
    const [program = '', ...args] = typeof command === 'string' ? [command] : command;
    const child = spawn(program, args, {
      cwd,
      env,
      shell: typeof command === 'string',
      stdio: show ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'],
    });
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    const stop = () => child.kill();
    process.once('exit', stop);
    child.on('error', (error) => resolve({ code: 127, output: `${error.message}\n` }));
    child.on('close', (code) => {
      process.off('exit', stop);
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

/**
 * The same for a program that must succeed: what it printed is shown only when it does not.
 *
 * @param {string | string[]} command
 * @param {Options} options
 */
export async function runOrFail(command, options) {
  const { code, output } = await run(command, options);
  if (code === 0) return;
  process.stderr.write(output);
  throw new Error(`${typeof command === 'string' ? command : command.join(' ')} failed with exit code ${code}.`);
}

/** @typedef {{ cwd: string, env: NodeJS.ProcessEnv, show?: boolean }} Options */
