// Writes the tarballs of everything that is published: into artifacts/, or into the folder named. Build first.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packCommandLine } from './pack/pack-command-line.mjs';
import { packLibraries } from './pack/pack-libraries.mjs';
import { packageProblems } from './pack/package-problems.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} folder */
async function pack(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of tarballsIn(folder)) rmSync(join(folder, name));
  await Promise.all([packLibraries(root, folder), packCommandLine(root, folder)]);

  const tarballs = tarballsIn(folder).map((name) => join(folder, name));
  const problems = (await Promise.all(tarballs.map(packageProblems))).flat();
  if (problems.length > 0) throw new Error(problems.join('\n'));
  for (const path of tarballs) process.stdout.write(`${path}  ${Math.ceil(statSync(path).size / 1_024)} KiB\n`);
}

/** @param {string} folder */
function tarballsIn(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.tgz'))
    .sort();
}

try {
  await pack(resolve(process.argv[2] ?? join(root, 'artifacts')));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
