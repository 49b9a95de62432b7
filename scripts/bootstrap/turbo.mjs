import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The command line of a turbo task; it prints only what fails.
 * @param {string} task
 * @param {string[]} options
 */
export function turbo(task, ...options) {
  const program = join(root, 'node_modules', 'turbo', 'bin', 'turbo');
  return [process.execPath, program, 'run', task, '--output-logs=errors-only', '--no-update-notifier', ...options];
}

/** The environment of our tools. turbo looks for pnpm on the PATH: the one among our own packages will do. */
export function toolEnv() {
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return {
    ...process.env,
    [pathName]: [join(root, 'node_modules', '.bin'), process.env[pathName] ?? ''].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
  };
}
