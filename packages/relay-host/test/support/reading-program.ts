import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { build } from 'esbuild';
import { tempFolder } from './temp-folder.js';

const SOURCE = fileURLToPath(new URL('../../src/oplog/reading-program.ts', import.meta.url));

/** The program of the thread that reads the log, bundled from the sources into a folder. */
export async function readingProgram(folder = tempFolder()): Promise<URL> {
  const outfile = join(folder, 'reading-program.js');
  await build({
    entryPoints: [SOURCE],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    conditions: ['@telepat/source'],
    logLevel: 'error',
  });
  return pathToFileURL(outfile);
}
