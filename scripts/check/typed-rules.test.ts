import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODULES = join(ROOT, 'node_modules');

/** A line that breaks a rule ends with its name; of the others none may be found. */
const FAULTS = `
async function work(): Promise<number> { return 1; }
export async function faults(list: number[], kind: 'a' | 'b', x: string, unknown: unknown): Promise<unknown> {
  work(); // no-floating-promises
  void work();
  list.forEach(async (y) => void y); // no-misused-promises
  if (work()) return 1; // no-misused-promises
  await 3; // await-thenable
  await work();
  switch (kind) { // switch-exhaustiveness-check
    case 'a': return 2;
  }
  switch (kind) {
    case 'a': return 3;
    default: break;
  }
  const same = x as string; // no-unnecessary-type-assertion
  const known = unknown as string;
  if (same === known) throw 'text'; // only-throw-error
  throw new Error(known);
}
`;

it('each rule that needs types finds what it forbids, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'otto-typed-rules-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  mkdirSync(join(folder, 'packages'));
  writeFileSync(join(folder, 'packages', 'tsconfig.json'), '{ "compilerOptions": { "strict": true, "types": [] } }');
  writeFileSync(join(folder, 'packages', 'faults.ts'), FAULTS);

  const { stdout, status } = spawnSync(
    process.execPath,
    [join(MODULES, 'oxlint', 'bin', 'oxlint'), '--format=unix', 'packages'],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, OXLINT_TSGOLINT_PATH: join(MODULES, 'oxlint-tsgolint', 'bin', 'tsgolint.js') },
    },
  );

  const found = [...stdout.matchAll(/faults\.ts:(\d+):.*\[Error\/typescript\((.*)\)\]/g)];
  const expected = FAULTS.split('\n').flatMap((line, index) => {
    const rule = / \/\/ ([a-z-]+)$/.exec(line)?.[1];
    return rule === undefined ? [] : [`${index + 1} ${rule}`];
  });
  expect(found.map(([, line, rule]) => `${line} ${rule}`).sort()).toEqual(expected.sort());
  expect(status).toBe(1);
});
