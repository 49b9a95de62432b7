import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importsOf } from '../check/imports.mjs';
import { stageCommandLine } from './stage-command-line.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'otto-stage-'));

beforeAll(() => stageCommandLine(root, folder), 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('every command loads one package at its start, and the relay none before it knows that it runs', () => {
  expect(loadedAtStart('main.js')).toEqual(['commander']);
  expect(loadedAtStart('daemon/entry.js')).toEqual([]);
});

it('the thread that reads the log loads nothing of the relay', () => {
  expect(loadedAtStart('reading-program.js')).toEqual([]);
  expect(readFileSync(join(folder, 'dist', 'reading-program.js'), 'utf8')).not.toContain('import(');
});

it('what the bundle looks for beside itself is there', () => {
  const dist = join(folder, 'dist');
  const wanted = readdirSync(dist)
    .filter((name) => name.endsWith('.js'))
    .flatMap((name) => [
      ...readFileSync(join(dist, name), 'utf8').matchAll(/new URL\(["'](\.\.\/site-commands\/[^"']*)["']/g),
    ])
    .map(([, path = '']) => path);

  expect(wanted).toContain('../site-commands/template.mjs');
  for (const path of wanted) expect(existsSync(join(dist, path))).toBe(true);
});

/** The packages from outside that a program imports before it runs, and whatever it imports with it. */
function loadedAtStart(name: string): string[] {
  const files = new Set([join(folder, 'dist', name)]);
  const packages = new Set<string>();
  for (const path of files) {
    for (const { specifier, isStatic } of importsOf(path, readFileSync(path, 'utf8'))) {
      if (!isStatic || specifier.startsWith('node:')) continue;
      if (specifier.startsWith('.')) files.add(join(dirname(path), specifier));
      else packages.add(specifier);
    }
  }
  return [...packages];
}
