import { CAPABILITIES } from '@telepat/otto-node-runtime';

/** The addresses that actions need, of a site whose pages are those of `hostile-site`. */
export interface RowSite {
  /** Of a page that never comes. */
  readonly silent: string;
}

/** An action that works on the page of a tab, with an input for the page of `hostile-site`. */
export interface ActionRow {
  readonly action: string;
  readonly input: (site: RowSite) => object;
  /** It asks nothing of the page, so that it ends in the same way whatever the page does. */
  readonly always?: 'ok' | 'no_dialog_open';
  /** It takes the tab elsewhere. */
  readonly moves?: true;
  /** For a page, or an element, that may never come. */
  readonly waits?: true;
}

const BUTTON = { selector: '#button' };
const FILE = { name: 'a.txt', mimeType: 'text/plain', contentBase64: 'YWJj' };

const ROWS: Readonly<Record<string, Omit<ActionRow, 'action' | 'input'> & { readonly input: ActionRow['input'] }>> = {
  'primitive.tab.navigate': { input: ({ silent }) => ({ url: silent }), moves: true, waits: true },
  'primitive.tab.back': { input: () => ({}), moves: true, waits: true },
  'primitive.tab.forward': { input: () => ({}), moves: true, waits: true },
  'primitive.tab.reload': { input: () => ({}), moves: true, waits: true },
  'primitive.tab.activate': { input: () => ({}), always: 'ok' },
  'primitive.dom.extract_text': { input: () => ({}) },
  'primitive.dom.extract_html': { input: () => ({}) },
  'primitive.dom.extract_clean_html': { input: () => ({}) },
  'primitive.dom.extract_distilled_html': { input: () => ({}) },
  'primitive.dom.extract_markdown': { input: () => ({}) },
  'primitive.page.snapshot': { input: () => ({}) },
  'primitive.page.screenshot': { input: () => ({}) },
  'primitive.page.evaluate': { input: () => ({ expression: '1 + 1' }) },
  'primitive.page.wait_for': { input: () => ({ selector: '#button' }), waits: true },
  'primitive.page.pdf': { input: () => ({}) },
  'primitive.page.console': { input: () => ({}), always: 'ok' },
  'primitive.page.dialog': { input: () => ({ accept: true }), always: 'no_dialog_open' },
  'primitive.input.click': { input: () => BUTTON },
  'primitive.input.hover': { input: () => BUTTON },
  'primitive.input.type': { input: () => ({ selector: '#field', text: 'words' }) },
  'primitive.input.fill': { input: () => ({ selector: '#field', value: 'words' }) },
  'primitive.input.press': { input: () => ({ selector: '#field', key: 'a' }) },
  'primitive.input.select': { input: () => ({ selector: '#list', values: ['b'] }) },
  'primitive.input.check': { input: () => ({ selector: '#box', checked: true }) },
  'primitive.input.scroll': { input: () => ({ dy: 100 }) },
  'primitive.input.drag': { input: () => ({ ...BUTTON, toSelector: '#field' }) },
  'primitive.input.upload': { input: () => ({ selector: '#file', files: [FILE] }) },
};

/** Every action that works on the page of a tab. */
export const ACTION_ROWS: readonly ActionRow[] = Object.entries(ROWS).map(([action, row]) => ({ action, ...row }));

/** What does not work on a page that is there, or has files of tests of its own. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'primitive.tab.open',
  'primitive.tab.close',
  'primitive.tab.close_owned',
  'primitive.tab.query',
  'primitive.page.download',
  'command.list',
  'command.run',
  'command.test',
  'command.reddit_posts',
  'listener.subscribe',
  'listener.unsubscribe',
]);

/** Actions of the node that nobody has thought of here. */
export const FORGOTTEN_ACTIONS: readonly string[] = CAPABILITIES.filter(
  (action) => ROWS[action] === undefined && !ELSEWHERE.has(action),
);
