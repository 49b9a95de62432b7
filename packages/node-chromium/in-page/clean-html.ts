import { attributeOf, attributesOf, firstMatch, nameOf, outerHtmlOf, textOf } from './dom.js';
import { copyTree, type CopyRules } from './copy-tree.js';

/**
 * The HTML of an element without what only machines need: scripts, styles, handlers, comments, drawings. Addresses
 * stay as they are written, or are made absolute with the `base` that is given.
 */
export function cleanHtml(root: Element, inert: Document, context: Context = {}): string {
  const copy = cleanCopy(root, inert, context);
  copyTree(root, copy, { rules: CLEAN_RULES, context });
  return outerHtmlOf(copy);
}

const DROPPED = new Set(['script', 'style', 'noscript', 'template', 'base', 'object', 'embed', 'canvas', 'param']);

/** Metadata that says something about the content, rather than how to load or show it. */
const LINK_RELATIONS = /^(canonical|alternate|author|license|next|prev|search)$/i;

const ATTRIBUTES = new Set(
  `abbr accept action alt autocomplete checked cite class cols colspan content contenteditable controls coords datetime
  default dir disabled download for form headers height high href hreflang id inputmode itemid itemprop itemref itemscope
  itemtype kind label lang list low max maxlength media method min minlength multiple name open optimum pattern
  placeholder property readonly rel required reversed role rows rowspan scope selected shape size span src srclang start
  summary tabindex target title type usemap value width`.split(/\s+/),
);

/** Attributes with an address in them. */
const ADDRESSES = new Set(['action', 'cite', 'href', 'src']);

/** Longer inline data is a picture or a font, not something to read. */
const DATA_URL_LENGTH_MAX = 200;

const CLEAN_RULES: CopyRules<Context> = {
  become(source, inert, context) {
    const name = nameOf(source);
    if (DROPPED.has(name)) return undefined;
    if (name === 'link' && !LINK_RELATIONS.test(attributeOf(source, 'rel') ?? '')) return undefined;
    if (name === 'meta' && attributeOf(source, 'content') === null) return undefined;
    if (name !== 'svg') return { copy: cleanCopy(source, inert, context) };

    // Of a drawing, only its name can be read.
    const copy = cleanCopy(source, inert, context);
    const title = firstMatch(source, 'title');
    if (title !== null) copy.append(textOf(title) ?? '');
    return { copy, isWhole: true };
  },
  showsText: () => true,
};

function cleanCopy(source: Element, inert: Document, { base }: Context): Element {
  const copy = inert.createElement(/^[a-z][a-z0-9-]*$/.test(nameOf(source)) ? nameOf(source) : 'div');
  const isSecret = nameOf(source) === 'input' && attributeOf(source, 'type')?.toLowerCase() === 'password';
  for (const { name, value } of attributesOf(source)) {
    if (!isKept(name, value) || (isSecret && name === 'value')) continue;
    const isRelative = base !== undefined && ADDRESSES.has(name) && URL.canParse(value, base);
    copy.setAttribute(name, isRelative ? new URL(value, base).href : value);
  }
  return copy;
}

function isKept(name: string, value: string): boolean {
  if (!ATTRIBUTES.has(name) && !name.startsWith('aria-')) return false;
  if (!ADDRESSES.has(name)) return true;
  // Parsed as the browser does it, which skips blanks and line breaks within a scheme.
  const scheme = URL.canParse(value) ? new URL(value).protocol : '';
  if (scheme === 'javascript:' || scheme === 'vbscript:') return false;
  return scheme !== 'data:' || value.length <= DATA_URL_LENGTH_MAX;
}

interface Context {
  /** What addresses are made absolute with. */
  readonly base?: string;
}
