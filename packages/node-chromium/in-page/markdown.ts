import TurndownService from 'turndown';
import { markdownCopy } from './markdown-copy.js';

/** What an element shows, as GitHub-flavoured Markdown; the navigation of a page comes last. */
export function markdown(root: Element, inert: Document): string {
  return tidy(markdownService().turndown(markdownCopy(root, inert)));
}

/**
 * Turndown with rules for what it lacks. (Its GFM plug-ins join the two bars of `a || b` in a cell into one, and leave
 * HTML in place of a table that has a list in it.)
 */
function markdownService(): TurndownService {
  const service = new TurndownService({
    headingStyle: 'atx',
    hr: '---',
    bulletListMarker: '-',
    codeBlockStyle: 'fenced',
    emDelimiter: '*',
    preformattedCode: true,
  });
  service.escape = (text) => escapeHtml(plainWords(TurndownService.prototype.escape(text)));
  for (const [name, mark] of [
    ['strong', '**'],
    ['em', '*'],
    ['del', '~~'],
  ] as const) {
    // Around a block, marks would stand on lines of their own and mean nothing.
    service.addRule(name, {
      filter: name,
      replacement: (content) => (content.includes('\n') ? content : `${mark}${content}${mark}`),
    });
  }
  for (const name of ['sup', 'sub'] as const) {
    service.addRule(name, { filter: name, replacement: (content) => raised(content, name) });
  }
  service.addRule('formula', {
    filter: (node) => node.nodeName === 'MATH',
    replacement: (_, node) => formula(node),
  });
  service.addRule('task', {
    filter: 'input',
    replacement: (_, node) => (isElement(node) && node.hasAttribute('checked') ? '[x] ' : '[ ] '),
  });
  service.addRule('heading', {
    filter: ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
    replacement: (content, node) => {
      const text = oneLine(content);
      return text === '' ? '' : `\n\n${'#'.repeat(Number(node.nodeName.charAt(1)))} ${text}\n\n`;
    },
  });
  service.addRule('link', { filter: 'a', replacement: (content, node) => link(content, node) });
  service.addRule('item', { filter: 'li', replacement: (content, node) => item(content, node) });
  service.addRule('cell', { filter: ['th', 'td'], replacement: (content) => ` ${cell(content)} |` });
  service.addRule('row', { filter: 'tr', replacement: (content, node) => row(content, node) });
  service.addRule('table', { filter: 'table', replacement: (content) => `\n\n${content.trim()}\n\n` });
  return service;
}

/** Within a word, a line below says nothing. */
function plainWords(text: string): string {
  return text.replace(/(?<=[\p{L}\p{N}])\\_(?=[\p{L}\p{N}])/gu, '_');
}

/** Markdown may hold HTML, so what only looks like a tag or an entity must not become one. */
function escapeHtml(text: string): string {
  return text.replace(/<(?=[a-z/!?])/gi, '\\<').replace(/&(?=#?\w+;)/g, '\\&');
}

/** A link around a whole card is one line with the words of the card. */
function link(content: string, node: Node): string {
  const text = oneLine(content.replace(/^\s*(#{1,6} |> |- )/gm, ''));
  if (text === '' || !isElement(node)) return '';
  const target = linkTarget(node.getAttribute('href') ?? '');
  const isCard = content.trim().includes('\n');
  return isCard ? `\n\n[${text}](${target})\n\n` : `[${text}](${target})`;
}

/** Brackets may stand in a target in pairs. */
function linkTarget(address: string): string {
  let depth = 0;
  for (const mark of address) {
    if (mark === '(') depth++;
    else if (mark === ')' && --depth < 0) break;
  }
  return depth === 0 ? address : address.replace(/[()]/g, '\\$&');
}

/** Ten to the sixth is not 106. Endings of ordinals and links to notes are as clear without. */
function raised(content: string, name: string): string {
  const isClear = content.trim() === '' || content.includes('](') || /^\p{L}{1,3}$/u.test(content.trim());
  return isClear && name === 'sup' ? content : `<${name}>${content}</${name}>`;
}

function formula(node: Node): string {
  const tex = node.textContent ?? '';
  return isElement(node) && node.hasAttribute('display') ? `\n\n$$${tex}$$\n\n` : `$${tex}$`;
}

function item(content: string, node: Node): string {
  const list = node.parentElement;
  let mark = '- ';
  if (list?.nodeName === 'OL') {
    mark = `${numberIn(list, asElement(node))}. `;
  }
  const lines = content
    .trim()
    .replace(/(\[[ x]\]) +/g, '$1 ')
    .replace(/\n/g, `\n${' '.repeat(mark.length)}`);
  return `${mark}${lines}${node.nextSibling === null ? '' : '\n'}`;
}

/** Turndown takes the items in their order, so that each is one more than the item before it. */
function numberIn(list: Element, item: Element): number {
  let before = item.previousElementSibling;
  while (before !== null && before.nodeName !== 'LI') before = before.previousElementSibling;
  const start = Number(list.getAttribute('start') ?? '1');
  const number = before === null ? start : (numbers.get(before) ?? start) + 1;
  numbers.set(item, number);
  return number;
}

const numbers = new WeakMap<Element, number>();

function cell(content: string): string {
  return content
    .trim()
    .replace(/\s*\n\s*/g, '<br>')
    .replaceAll('|', '\\|');
}

function row(content: string, node: Node): string {
  const isFirst = node.previousSibling === null;
  const columns = node.childNodes.length;
  return `\n|${content}${isFirst ? `\n|${' --- |'.repeat(columns)}` : ''}`;
}

function oneLine(content: string): string {
  return content.replace(/\s*\n\s*/g, ' ').trim();
}

/** Two blanks at the end of a line break it, unless nothing comes after it. */
function tidy(text: string): string {
  return text
    .replace(/[ \t]+$/gm, (blanks) => (blanks === '  ' ? blanks : ''))
    .replace(/^ +$/gm, '')
    .replace(/ +\n(?=\n)/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function isElement(node: Node): node is Element {
  return node.nodeType === Node.ELEMENT_NODE;
}

function asElement(node: Node): Element {
  if (isElement(node)) return node;
  throw new Error('A list has items only.');
}
