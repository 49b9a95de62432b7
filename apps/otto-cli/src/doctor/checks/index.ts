import type { Check } from '../finding.js';
import { browser } from './browser.js';
import { clock } from './clock.js';
import { controller } from './controller.js';
import { daemon } from './daemon.js';
import { diskSpace } from './disk-space.js';
import { folders } from './folders.js';
import { keychain } from './keychain.js';
import { nodeVersion } from './node-version.js';
import { pairings } from './pairings.js';
import { port } from './port.js';

/** Everything that `otto doctor` looks at, in the order in which it is told. */
export const CHECKS: readonly Check[] = [
  { name: 'node', look: () => Promise.resolve(nodeVersion(process.versions.node)) },
  { name: 'folders', look: folders },
  { name: 'disk', look: ({ paths }) => diskSpace([paths.relay, paths.home]) },
  { name: 'daemon', look: daemon },
  { name: 'port', look: port },
  { name: 'clock', look: clock },
  { name: 'keychain', look: keychain },
  { name: 'controller', look: controller },
  { name: 'browser', look: browser },
  { name: 'pairings', look: pairings },
];
