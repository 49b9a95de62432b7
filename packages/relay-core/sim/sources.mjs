import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const simulation = fileURLToPath(new URL('.', import.meta.url));
const core = fileURLToPath(new URL('../src/', import.meta.url));

/** @type {typeof import('./sources.d.mts').placesOf} */
export function placesOf({ file, search }) {
  return readFileSync(join(core, file), 'utf8').split(search).length - 1;
}

/** @type {typeof import('./sources.d.mts').isDemanded} */
export function isDemanded(invariant) {
  const files = readdirSync(simulation, { recursive: true, encoding: 'utf8' });
  const demanding = files.filter((file) => file.endsWith('.ts') && file !== 'invariants.ts');
  return demanding.some((file) => readFileSync(join(simulation, file), 'utf8').includes(`'${invariant}'`));
}
