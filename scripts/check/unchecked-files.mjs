import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/**
 * The sources whose types nothing checks, because no tsconfig.json includes them.
 * @param {string} root
 * @param {import('./checkout.mjs').Checkout} checkout
 * @returns {string[]}
 */
export function uncheckedFiles(root, { files }) {
  const paths = [...files.keys()];
  const checked = paths
    .filter((path) => /(^|\/)tsconfig\.json$/.test(path))
    .flatMap((path) => filesOf(join(root, path)))
    .map((path) => relative(root, path).replaceAll('\\', '/'));
  const isChecked = new Set(checked);

  return paths
    .filter((path) => path.endsWith('.ts') && !isChecked.has(path))
    .map((path) => `${path}: no tsconfig.json includes it, so its types are not checked`);
}

/** @param {string} configFile */
function filesOf(configFile) {
  const { config } = ts.readConfigFile(configFile, ts.sys.readFile);
  return ts.parseJsonConfigFileContent(config, ts.sys, dirname(configFile)).fileNames;
}
