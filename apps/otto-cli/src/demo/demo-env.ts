import type { Environment } from '../io.js';
import type { Stage } from './stage.js';

/** A browser makes a socket in its temporary folder, and the path of a socket is at most 103 bytes long. */
const TEMPORARY_LENGTH_MAX = 55;

/** Variables of ours that the demo's processes inherit: which browser to use. */
const INHERITED: ReadonlySet<string> = new Set(['OTTO_BROWSER']);

/**
 * The environment of the demo's processes: everything that they keep is on the stage, and no setting of the user's own
 * relay reaches them.
 */
export function demoEnv(env: Environment, stage: Stage): Environment {
  const kept = Object.entries(env).filter(([name]) => !/^OTTO_/i.test(name) || INHERITED.has(name.toUpperCase()));
  return {
    ...Object.fromEntries(kept),
    ...temporaryFolderEnv(stage.temporary),
    OTTO_HOME: stage.home,
    OTTO_RELAY_PORT: '0',
    // Nothing of the demo stays when its stage is taken away.
    OTTO_KEYCHAIN: '0',
  };
}

function temporaryFolderEnv(folder: string): Environment {
  return folder.length > TEMPORARY_LENGTH_MAX ? {} : { TMPDIR: folder, TMP: folder, TEMP: folder };
}
