import { spawnSync } from 'node:child_process';

/**
 * Whether this machine lets us make namespaces of users and mounts: another user, or a disk of our own, without touching
 * the machine. Where it does not, the tests that need them are skipped, and it is said why.
 */
export const HAS_NAMESPACES = hasNamespaces();

function hasNamespaces(): boolean {
  if (process.platform !== 'linux') return false;
  const tried = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { encoding: 'utf8' });
  if (tried.status === 0) return true;
  console.warn(`Tests of small disks are skipped: ${tried.error?.message ?? tried.stderr.trim()}`);
  return false;
}
