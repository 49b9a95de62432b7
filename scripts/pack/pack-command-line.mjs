import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOrFail } from '../bootstrap/run.mjs';
import { toolEnv } from '../bootstrap/turbo.mjs';
import { stageCommandLine } from './stage-command-line.mjs';

/**
 * Packs the command line as one package with the whole workspace inside.
 * @param {string} root
 * @param {string} folder
 */
export async function packCommandLine(root, folder) {
  const stage = mkdtempSync(join(tmpdir(), 'otto-pack-'));
  try {
    await stageCommandLine(root, stage);
    const npm = `npm pack --silent --ignore-scripts --pack-destination "${folder}"`;
    await runOrFail(npm, { cwd: stage, env: toolEnv() });
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}
