import { fileURLToPath } from 'node:url';

/**
 * Files of this package, wherever it is installed. This module stays directly in its folder (`src`, `dist`, and `dist`
 * of the bundle alike), so that the way from it to the package is always the same.
 */
export const PACKAGE_FILES = {
  manifest: fileURLToPath(new URL('../package.json', import.meta.url)),
  /** The program that `otto start` leaves running. */
  daemon: fileURLToPath(new URL('../bin/otto-daemon.js', import.meta.url)),
  /** The program that asks the keychain of the system. */
  keychain: fileURLToPath(new URL('../bin/otto-keychain.js', import.meta.url)),
} as const;
