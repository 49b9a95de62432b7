import { codeBlock, codeOf, isCodeBlock } from './code-block.js';
import { copyTree, type Become, type CopyRules } from './copy-tree.js';
import { dataTable, isDataTable } from './data-table.js';
import { definitionList } from './definition-list.js';
import { attributeOf, bodyOf, firstMatch, frameDocumentOf, isHtml, nameOf } from './dom.js';
import { formula, isFormula } from './formula.js';
import { link, linkHeadings, linksIn } from './link.js';
import type { MarkdownContext } from './markdown-context.js';
import { numberedCode } from './numbered-code.js';
import { media, picture } from './picture.js';

/**
 * A copy of what an element shows, in the few elements that Markdown has words for: links and pictures are absolute,
 * tables rectangular, code blocks plain. Hidden parts and controls are left out. The navigation of a page comes last,
 * behind a rule, unless it stands in the content or was asked for.
 */
export function markdownCopy(root: Element, inert: Document): HTMLElement {
  const copy = inert.createElement('div');
  const navigation = inert.createElement('div');
  const isPart = nameOf(root) !== 'body' && nameOf(root) !== 'frameset';
  const context: MarkdownContext = { isInTable: false, isInContent: isPart, navigation };
  // What was asked for is copied even if it is hidden.
  const whole = becomeShown(root, inert, context, { display: 'block' });
  const target = whole?.copy ?? copy;
  if (target !== copy) copy.append(target);
  if (whole?.isWhole !== true) {
    copyTree(whole?.from ?? root, target, { rules: MARKDOWN_RULES, context: whole?.context ?? context });
  }
  linkHeadings(copy);
  linkHeadings(navigation);
  if (hasContent(copy) && hasContent(navigation)) copy.append(inert.createElement('hr'));
  copy.append(navigation);
  return copy;
}

function hasContent(copy: Element): boolean {
  return (copy.textContent ?? '').trim() !== '' || copy.querySelector('img, hr') !== null;
}

const DROPPED = new Set(
  `script style noscript template head title meta link base object embed canvas svg select textarea datalist map area
  colgroup col rp`.split(/\s+/),
);

/** Elements that keep their names. */
const KEPT = new Set('h1 h2 h3 h4 h5 h6 p ul ol li blockquote hr br strong em del code sup sub'.split(' '));
const RENAMED: Readonly<Record<string, string>> = {
  b: 'strong',
  i: 'em',
  s: 'del',
  strike: 'del',
  menu: 'ul',
  dir: 'ul',
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

const MARKDOWN_RULES: CopyRules<MarkdownContext> = {
  become(source, inert, context) {
    if (isFormula(source)) return formula(source, inert);
    const { display } = getComputedStyle(source);
    if (DROPPED.has(nameOf(source)) || (display === 'none' && !isOpenable(source))) return undefined;
    if (!context.isInContent && isNavigation(source)) {
      const copy = context.navigation.appendChild(inert.createElement('div'));
      copyTree(source, copy, { rules: MARKDOWN_RULES, context: { ...context, isInContent: true } });
      return undefined;
    }
    return becomeShown(source, inert, context, { display });
  },
  showsText: (source) => getComputedStyle(source).visibility === 'visible',
};

function isNavigation(source: Element): boolean {
  return nameOf(source) === 'nav' || attributeOf(source, 'role') === 'navigation';
}

/** What a page hides until its reader picks the tab for it is still something to read. */
function isOpenable(source: Element): boolean {
  return attributeOf(source, 'role') === 'tabpanel';
}

function becomeShown(
  source: Element,
  inert: Document,
  context: MarkdownContext,
  { display }: { display: string },
): Become<MarkdownContext> | undefined {
  switch (nameOf(source)) {
    case 'pre':
      return code(source, inert, context);
    case 'code':
    case 'kbd':
    case 'samp':
    case 'tt':
      return isCodeBlock(source) ? code(source, inert, context) : { copy: inlineCode(source, inert), isWhole: true };
    case 'a':
      return link(source, inert);
    case 'img':
      return picture(source, inert);
    case 'video':
    case 'audio':
      return media(source, inert);
    case 'input':
      return checkbox(source, inert);
    case 'iframe':
    case 'frame':
      return frame(source, inert);
    case 'dl':
      return { copy: definitionList(source, inert, (from, to) => fill(from, to, context)), isWhole: true };
    case 'table':
      return table(source, inert, context);
    case 'rt':
    case 'q':
    case 'button':
      return enclosed(source, inert, context);
    default:
      return element(source, inert, context, display);
  }
}

function fill(from: Element, to: Element, context: MarkdownContext): void {
  copyTree(from, to, { rules: MARKDOWN_RULES, context });
}

/** Elements without a word of their own are told apart by how they are shown: as a block, or within a line. */
function element(source: Element, inert: Document, context: MarkdownContext, display: string): Become<MarkdownContext> {
  const own = ownName(source);
  const name = context.isInTable ? (RENAMED_IN_TABLE[own] ?? own) : own;
  const isContent = /^(main|article)$/.test(attributeOf(source, 'role') ?? own);
  const inner = isContent ? { ...context, isInContent: true } : context;
  if (KEPT.has(name)) {
    const copy = inert.createElement(name);
    const start = name === 'ol' ? attributeOf(source, 'start') : null;
    if (start !== null && /^\d{1,9}$/.test(start)) copy.setAttribute('start', start);
    return { copy, context: inner };
  }
  const isInLine = display.startsWith('inline') || display === 'contents' || display.startsWith('ruby');
  return isInLine ? { context: inner } : { copy: inert.createElement('div'), context: inner };
}

/** Some headings and lists are so by their role only. */
function ownName(source: Element): string {
  const name = nameOf(source);
  switch (attributeOf(source, 'role')) {
    case 'heading': {
      const level = Number(attributeOf(source, 'aria-level') ?? '2');
      return /^h[1-6]$/.test(name) ? name : `h${level >= 1 && level <= 6 ? Math.floor(level) : 6}`;
    }
    case 'list':
      return name === 'ol' ? name : 'ul';
    case 'listitem':
      return 'li';
    default:
      return RENAMED[name] ?? name;
  }
}

/** A block of code with the links in it after it; in a cell, where there is no block, a span for each line. */
function code(source: Element, inert: Document, context: MarkdownContext): Become<MarkdownContext> {
  const links = linksIn(source, inert);
  if (!context.isInTable) {
    const block = codeBlock(source, inert);
    if (links === undefined) return { copy: block, isWhole: true };
    const copy = inert.createElement('div');
    copy.append(block, links);
    return { copy, isWhole: true };
  }
  const copy = inert.createElement('div');
  for (const line of codeOf(source)
    .replace(/^\n|\s+$/g, '')
    .split('\n')) {
    const span = inert.createElement('code');
    span.textContent = line;
    copy.append(...(line.trim() === '' ? [] : [span]), inert.createElement('br'));
  }
  if (links !== undefined) copy.append(links);
  return { copy, isWhole: true };
}

function inlineCode(source: Element, inert: Document): Element {
  const copy = inert.createElement('code');
  const text = codeOf(source);
  copy.textContent = /^(?:pre|break)/.test(getComputedStyle(source).whiteSpace)
    ? text
    : text.replace(/\s+/g, ' ').trim();
  return copy;
}

const ENCLOSURES: Readonly<Record<string, readonly [string, string]>> = { rt: ['(', ')'], q: ['“', '”'] };

/**
 * The reading of characters stands in brackets behind them; what is quoted has its marks from the style sheet; buttons
 * have some space between them.
 */
function enclosed(source: Element, inert: Document, context: MarkdownContext): Become<MarkdownContext> {
  const [before, after] = ENCLOSURES[nameOf(source)] ?? [' ', ' '];
  const copy = inert.createElement('span');
  copy.append(before);
  fill(source, copy, context);
  copy.append(after);
  return { copy, isWhole: true };
}

/** Smaller frames are there for what they do: they count visits, or carry messages. */
const FRAME_SIDE_MIN = 50;

/** What a frame of the same site shows is a part of the page; of the frames of others nothing is known here. */
function frame(source: Element, inert: Document): Become<MarkdownContext> | undefined {
  const { width, height } = Element.prototype.getBoundingClientRect.call(source);
  const content = Math.min(width, height) < FRAME_SIDE_MIN ? null : frameDocumentOf(source);
  const from = content === null ? null : bodyOf(content);
  return from === null ? undefined : { copy: inert.createElement('div'), from };
}

/** A tick box of a list of tasks; other controls say nothing. */
function checkbox(source: Element, inert: Document): Become<MarkdownContext> | undefined {
  if (!isHtml(source, 'input') || source.type !== 'checkbox') return undefined;
  if (source.closest('li') === null) return undefined;
  const copy = inert.createElement('input');
  copy.setAttribute('type', 'checkbox');
  copy.toggleAttribute('checked', source.checked);
  return { copy, isWhole: true };
}

/** A table of data, or what only lays out a page or the numbered lines of code. */
function table(source: Element, inert: Document, context: MarkdownContext): Become<MarkdownContext> | undefined {
  const lines = context.isInTable ? undefined : numberedCode(source, inert);
  if (lines !== undefined) return { copy: lines, isWhole: true };
  if (!isDataTable(source)) return { copy: inert.createElement('div') };
  const copy = wholeTable(source, inert, context);
  if (context.nestedTables === undefined) return { copy, isWhole: true };
  context.nestedTables.append(copy);
  return undefined;
}

/** A table with its caption as a paragraph before it, and after it the tables that stand in its cells. */
function wholeTable(source: HTMLTableElement, inert: Document, context: MarkdownContext): Element {
  const nestedTables = inert.createElement('div');
  const fillCell = (from: Element, to: Element): void => fill(from, to, { ...context, isInTable: true, nestedTables });
  const copy = inert.createElement('div');
  const caption = firstMatch(source, 'caption');
  if (caption !== null) fillCell(caption, copy.appendChild(inert.createElement('p')));
  copy.append(dataTable(source, inert, fillCell), nestedTables);
  return copy;
}
