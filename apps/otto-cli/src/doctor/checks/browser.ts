import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../../context.js';
import type { Finding } from '../finding.js';

/** Whether a node could start a browser here. */
export async function browser({ io }: CommandContext): Promise<Finding> {
  const { findBrowser, hasEmbeddedBrowser } = await import('@telepat/otto-node-chromium');
  const { env, platform } = io;
  try {
    const path = await findBrowser({ env, platform });
    if (path !== undefined) return { level: 'ok', message: path };
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
