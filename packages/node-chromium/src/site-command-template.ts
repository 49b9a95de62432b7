import { readFile } from 'node:fs/promises';

/** The text of a site command to start from, as it stands in a module of its own. */
export function siteCommandTemplate(): Promise<string> {
  return readFile(new URL('../site-commands/template.mjs', import.meta.url), 'utf8');
}
