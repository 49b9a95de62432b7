// Made from the action descriptors by `npm run pages`; edit those, not this file.
import type { ActionName } from '@telepat/otto-protocol';

/** The actions whose repeat has no effect. */
export const READ_ONLY_ACTIONS: ReadonlySet<string> = new Set<ActionName>([
  'primitive.tab.query',
  'primitive.dom.extract_text',
  'primitive.dom.extract_html',
  'primitive.dom.extract_clean_html',
  'primitive.dom.extract_distilled_html',
  'primitive.dom.extract_markdown',
  'primitive.page.snapshot',
  'primitive.page.screenshot',
  'primitive.page.pdf',
  'primitive.page.console',
  'primitive.page.download',
  'primitive.page.wait_for',
  'command.list',
]);
