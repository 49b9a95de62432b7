import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { PACKAGE_FILES } from './package-files.js';

const manifest = z.object({ version: z.string() });

/** The version of this package, from its package.json. */
export function readVersion(): string {
  return manifest.parse(JSON.parse(readFileSync(PACKAGE_FILES.manifest, 'utf8'))).version;
}
