import type { Finding } from '../finding.js';

/** The oldest that Otto is tested with. */
const OLDEST = [20, 19] as const;

/** Whether this Node is new enough. */
export function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  if (!isOld) return { level: 'ok', message: `Node ${version}` };
  return {
    level: 'fail',
    message: `Node ${version} is older than ${OLDEST.join('.')}.`,
    remedy: 'install Node 22 or 24 from https://nodejs.org',
  };
}
