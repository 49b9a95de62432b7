import type { Environment } from '../io.js';
import type { Stage } from './stage.js';

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
    OTTO_HOME: stage.home,
    OTTO_RELAY_PORT: '0',
    TMPDIR: stage.temporary,
    TMP: stage.temporary,
    TEMP: stage.temporary,
  };
}
