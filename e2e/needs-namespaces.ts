import { spawnSync } from 'node:child_process';
import type { TestContext } from 'vitest';

/**
 * Skips a test, with the reason, where the machine does not let us make namespaces of users and mounts: another user, or a
 * disk of our own, without touching the machine.
 */
export function needsNamespaces({ skip }: Pick<TestContext, 'skip'>): void {
  const problem = namespaceProblem();
  if (problem !== '') skip(`There are no namespaces here: ${problem}`);
}

/** Why there are none; empty where they can be made. */
export function namespaceProblem(): string {
  return (known ??= tryNamespaces());
}

let known: string | undefined;

function tryNamespaces(): string {
  const tried = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { encoding: 'utf8' });
  if (tried.status === 0) return '';
  return tried.error?.message ?? tried.stderr.trim();
}
