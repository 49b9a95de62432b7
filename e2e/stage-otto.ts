import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { stageCommandLine } from '../scripts/pack/stage-command-line.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Bundles the command line as it is published, once for all tests that run it. Hundreds of commands are run, and each of them
 * starts three times as fast as that of the checkout, which is hundreds of files.
 */
export async function setup({ provide }: TestProject): Promise<() => void> {
  const stage = mkdtempSync(join(tmpdir(), 'otto-staged-'));
  // Some tests run it as somebody else.
  chmodSync(stage, 0o755);
  await stageCommandLine(ROOT, stage);
  linkPackages(stage);
  provide('otto', join(stage, 'bin', 'otto.js'));
  return () => rmSync(stage, { recursive: true, force: true });
}

/** Puts the packages of others where an install would; one that none of ours has is there for another's sake. */
function linkPackages(stage: string): void {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(stage, 'package.json'), 'utf8'));
  const ours = ['apps', 'packages'].flatMap((parent) =>
    readdirSync(join(ROOT, parent)).map((name) => join(ROOT, parent, name, 'node_modules')),
  );
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const place = join(stage, 'node_modules', name);
    const found = ours.map((modules) => join(modules, name)).find((path) => existsSync(path));
    mkdirSync(dirname(place), { recursive: true });
    if (found !== undefined) symlinkSync(found, place, 'junction');
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The program of the command line, as it is published. */
    otto: string;
  }
}
