import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs the program of the simulation as a person would.
 *
 * @type {typeof import('./simulate.d.mts').simulate}
 */
export function simulate(words) {
  const program = fileURLToPath(new URL('./run.mjs', import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...words], (_error, text) =>
      resolve({ code: child.exitCode, text }),
    );
  });
}
