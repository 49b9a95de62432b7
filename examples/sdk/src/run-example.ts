import { OttoError } from '@telepat/otto-sdk';
import { cancelCommand } from './cancel-command.js';
import { fillForm } from './fill-form.js';
import { followLog } from './follow-log.js';
import { interceptNetwork } from './intercept-network.js';
import { lockTab } from './lock-tab.js';
import { openOnce } from './open-once.js';
import { pairAndGrant } from './pair-and-grant.js';
import { readPage } from './read-page.js';
import { registerClient } from './register-client.js';
import { runSiteCommand } from './run-site-command.js';
import { severalTabs } from './several-tabs.js';
import type { Example, Stage } from './stage.js';

/** Every example, under the name that it is run by. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'read-page': readPage,
  'several-tabs': severalTabs,
  'fill-form': fillForm,
  'lock-tab': lockTab,
  'intercept-network': interceptNetwork,
  'follow-log': followLog,
  'open-once': openOnce,
  'cancel-command': cancelCommand,
  'run-site-command': runSiteCommand,
  'register-client': registerClient,
  'pair-and-grant': pairAndGrant,
};

/** Runs one of them to its exit code, and says why when it failed. */
export async function runExample(name = '', words: readonly string[], stage: Stage): Promise<number> {
  const example = Object.hasOwn(EXAMPLES, name) ? EXAMPLES[name] : undefined;
  if (example === undefined) {
    stage.print(`Name one of ${Object.keys(EXAMPLES).join(', ')}.`);
    return 2;
  }
  try {
    await example(stage, ...words);
    return 0;
  } catch (error) {
    if (!(error instanceof OttoError)) throw error;
    stage.print(`${error.code}: ${error.message} ${error.actionableHint}`);
    return 1;
  }
}
