import { execFile } from 'node:child_process';
import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../../context.js';
import type { Io } from '../../io.js';
import type { Finding } from '../finding.js';

/** Long enough for a machine that is busy. */
const VERSION_MS_MAX = 10_000;

/** Whether a node could start a browser here. */
export async function browser({ io }: CommandContext): Promise<Finding> {
  const { findBrowser, hasEmbeddedBrowser } = await import('@telepat/otto-node-chromium');
  const { env, platform } = io;
  try {
    const path = await findBrowser({ env, platform });
    if (path !== undefined) return await whetherItRuns(path, io);
  } catch (error) {
    if (!(error instanceof OttoError)) throw error;
    return { level: 'fail', message: error.message, remedy: 'unset OTTO_BROWSER' };
  }
  if (hasEmbeddedBrowser({ platform, arch: process.arch })) {
    return { level: 'ok', message: 'none is installed; the embedded Chromium is taken, without a window' };
  }
  return {
    level: 'warn',
    message: 'No Chrome, Chromium or Edge is installed, so that no node can start on this machine.',
    remedy: 'OTTO_BROWSER=/path/of/a/browser otto node start',
  };
}

/** Installed is not enough: in a container libraries may be missing. */
async function whetherItRuns(path: string, io: Io): Promise<Finding> {
  const problem = await problemOfRunning(path, io);
  if (problem === undefined) return { level: 'ok', message: path };
  const remedy = /shared librar/.test(problem)
    ? 'sudo npx playwright install-deps chromium'
    : 'OTTO_BROWSER=/path/of/a/browser otto node start';
  return { level: 'fail', message: `${path} does not run: ${problem}.`, remedy };
}

/** What it says instead of its version. On Windows a browser that is asked for it opens a window, so it is not asked. */
function problemOfRunning(path: string, { env, platform, signal }: Io): Promise<string | undefined> {
  if (platform === 'win32') return Promise.resolve(undefined);
  const options = { env: { ...env }, signal, timeout: VERSION_MS_MAX, killSignal: 'SIGKILL' as const };
  return new Promise((resolve) => {
    execFile(path, ['--version'], options, (error, _, stderr) => {
      if (error === null) resolve(undefined);
      else if (error.killed === true) resolve(`it has not told its version for ${VERSION_MS_MAX / 1_000} s`);
      else resolve(stderr.trim().split('\n')[0]?.replace(/\.$/, '') || error.message);
    });
  });
}
