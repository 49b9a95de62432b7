import { codeBlock, codeOf } from './code-block.js';
import { attributeOf, baseOf, bodyOf, firstMatch, frameDocumentOf, isHtml, nameOf, parentOf, textOf } from './dom.js';
import { copyTree, type Become, type CopyRules } from './copy-tree.js';
import { dataTable, isDataTable } from './data-table.js';

/**
 * A copy of what an element shows, in the few elements that Markdown has words for: links and pictures are absolute,
 * tables rectangular, code blocks plain. Hidden parts, controls and, if asked, navigation are left out.
 */
export function markdownCopy(root: Element, inert: Document, options: { withNavigation: boolean }): HTMLElement {
  const copy = inert.createElement('div');
  const whole = becomeInMarkdown(root, inert, { ...options, isInTable: false, isRoot: true });
  const target = whole?.copy ?? copy;
  if (target !== copy) copy.append(target);
  if (whole?.isWhole !== true) {
    copyTree(root, target, { rules: MARKDOWN_RULES, context: { ...options, isInTable: false } });
  }
  return copy;
}

const DROPPED = new Set(
  `script style noscript template head title meta link base object embed canvas svg math audio video
  select textarea datalist map area colgroup col rp`.split(/\s+/),
);

/** Elements that keep their names. */
const KEPT = new Set('h1 h2 h3 h4 h5 h6 p ul ol li blockquote hr br strong em del code'.split(' '));
const RENAMED: Readonly<Record<string, string>> = {
  b: 'strong',
  i: 'em',
  s: 'del',
  strike: 'del',
  kbd: 'code',
  samp: 'code',
  tt: 'code',
  menu: 'ul',
};

/** In a cell of a table, which is one line, there are no headings, quotes or rules. */
const RENAMED_IN_TABLE: Readonly<Record<string, string>> = {
  h1: 'strong',
  h2: 'strong',
  h3: 'strong',
  h4: 'strong',
  h5: 'strong',
  h6: 'strong',
  blockquote: 'div',
  hr: 'br',
};

/** What documentation puts behind a heading as a link to itself. */
const HEADING_MARK = /^[#¶§🔗\s]*$/u;

const MARKDOWN_RULES: CopyRules<Context> = {
  become: becomeInMarkdown,
  showsText: (source) => getComputedStyle(source).visibility === 'visible',
};

function becomeInMarkdown(source: Element, inert: Document, context: Context): Become<Context> | undefined {
  const name = nameOf(source);
  const { display } = getComputedStyle(source);
  if (DROPPED.has(name) || (display === 'none' && context.isRoot !== true)) return undefined;
  if (!context.withNavigation && context.isRoot !== true && isNavigation(source)) return undefined;
  switch (name) {
    case 'pre':
      return context.isInTable ? inlineCode(source, inert) : { copy: codeBlock(source, inert), isWhole: true };
    case 'code':
    case 'kbd':
    case 'samp':
      return inlineCode(source, inert);
    case 'a':
      return link(source, inert);
    case 'img':
      return picture(source, inert);
    case 'input':
      return checkbox(source, inert);
    case 'iframe':
    case 'frame':
      return frame(source, inert, context);
    case 'table':
      return isDataTable(source) && !context.isInTable
        ? { copy: table(source, inert, context), isWhole: true }
        : { copy: inert.createElement('div') };
    default:
      return element(source, inert, { ...context, isRoot: false }, display);
  }
}

function isNavigation(source: Element): boolean {
  return nameOf(source) === 'nav' || attributeOf(source, 'role') === 'navigation';
}

/** Elements without a word of their own are told apart by how they are shown: as a block, or within a line. */
function element(source: Element, inert: Document, context: Context, display: string): Become<Context> {
  const own = RENAMED[nameOf(source)] ?? nameOf(source);
  const name = context.isInTable ? (RENAMED_IN_TABLE[own] ?? own) : own;
  if (KEPT.has(name)) {
    const copy = inert.createElement(name);
    const start = name === 'ol' ? attributeOf(source, 'start') : null;
    if (start !== null && /^\d{1,9}$/.test(start)) copy.setAttribute('start', start);
    return { copy, context };
  }
  const isInLine = display.startsWith('inline') || display === 'contents' || display.startsWith('ruby');
  return isInLine ? { context } : { copy: inert.createElement('div'), context };
}

function inlineCode(source: Element, inert: Document): Become<Context> {
  const copy = inert.createElement('code');
  copy.textContent = codeOf(source);
  return { copy, isWhole: true };
}

function link(source: Element, inert: Document): Become<Context> | undefined {
  const heading = parentOf(source);
  const isInHeading = heading !== null && /^h[1-6]$/.test(nameOf(heading));
  if (isInHeading && HEADING_MARK.test(textOf(source) ?? '') && firstMatch(source, 'img') === null) return undefined;
  const url = absoluteUrl(source, attributeOf(source, 'href'));
  if (url === undefined) return {};
  const copy = inert.createElement('a');
  copy.setAttribute('href', url);
  return { copy };
}

/** A page that loads pictures late keeps their address elsewhere, and a tiny stand-in at its place. */
function picture(source: Element, inert: Document): Become<Context> | undefined {
  const alt = attributeOf(source, 'alt') ?? '';
  const address = ['src', 'data-src', 'data-lazy-src', 'data-original']
    .map((name) => absoluteUrl(source, attributeOf(source, name)))
    .find((url) => url !== undefined);
  if (address === undefined) {
    const text = inert.createElement('span');
    text.textContent = alt;
    return alt === '' ? undefined : { copy: text, isWhole: true };
  }
  const copy = inert.createElement('img');
  copy.setAttribute('src', address);
  copy.setAttribute('alt', alt.replace(/\s+/g, ' ').trim());
  return { copy, isWhole: true };
}

/** Smaller frames are there for what they do: they count visits, or carry messages. */
const FRAME_SIDE_MIN = 50;

/** What a frame of the same site shows is a part of the page; of the frames of others nothing is known here. */
function frame(source: Element, inert: Document, context: Context): Become<Context> | undefined {
  const { width, height } = Element.prototype.getBoundingClientRect.call(source);
  const content = Math.min(width, height) < FRAME_SIDE_MIN ? null : frameDocumentOf(source);
  const from = content === null ? null : bodyOf(content);
  if (from === null) return undefined;
  return { copy: inert.createElement('div'), from, context: { ...context, isRoot: false } };
}

/** A tick box of a list of tasks; other controls say nothing. */
function checkbox(source: Element, inert: Document): Become<Context> | undefined {
  if (!isHtml(source, 'input') || source.type !== 'checkbox') return undefined;
  if (source.closest('li') === null) return undefined;
  const copy = inert.createElement('input');
  copy.setAttribute('type', 'checkbox');
  copy.toggleAttribute('checked', source.checked);
  return { copy, isWhole: true };
}

/** A table with its caption as a paragraph before it. */
function table(source: HTMLTableElement, inert: Document, context: Context): Element {
  const fill = (from: Element, to: Element): void =>
    copyTree(from, to, { rules: MARKDOWN_RULES, context: { ...context, isInTable: true, isRoot: false } });
  const copy = inert.createElement('div');
  const caption = firstMatch(source, 'caption');
  if (caption !== null) fill(caption, copy.appendChild(inert.createElement('p')));
  copy.append(dataTable(source, inert, fill));
  return copy;
}

function absoluteUrl(source: Element, address: string | null): string | undefined {
  if (address === null || address.trim() === '') return undefined;
  try {
    const url = new URL(address, baseOf(source));
    return /^(https?|ftp|mailto|tel):$/.test(url.protocol) ? url.href : undefined;
  } catch {
    // Not an address: the text stays, without a link.
    return undefined;
  }
}

interface Context {
  readonly withNavigation: boolean;
  readonly isInTable: boolean;
  /** What was asked for is copied even if it is hidden. */
  readonly isRoot?: boolean;
}
