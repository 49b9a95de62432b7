import MarkdownIt from 'markdown-it';
import { parseFragment } from 'parse5';

// What a reader of Markdown gets: HTML within it counts as what it says.
const renderer = new MarkdownIt({ html: true });

/**
 * What a text of Markdown holds, as a renderer understands it.
 * @param {string} markdown
 * @param {string} base what addresses in it are made absolute with
 * @returns {MarkdownFacts}
 */
export function markdownFacts(markdown, base) {
  /** @type {MarkdownFacts} */
  const facts = { headings: [], tables: [], code: [], links: [], items: [], images: [], text: '' };
  const root = parseFragment(renderer.render(markdown));
  collect(root, facts, base);
  facts.text = textOf(root);
  return facts;
}

/**
 * @param {Node} node
 * @param {MarkdownFacts} facts
 * @param {string} base
 */
function collect(node, facts, base) {
  const name = node.nodeName;
  if (/^h[1-6]$/.test(name)) facts.headings.push(textOf(node));
  if (name === 'table') facts.tables.push(rowsOf(node));
  if (name === 'pre') facts.code.push(textOf(node));
  // A cell is one line: there, a block of code is a span for each of its lines, and a list is lines with its marks.
  if (/^t[dh]$/.test(name)) {
    facts.code.push(descendants(node, 'code').map(textOf).join('\n'));
    facts.items.push(...[...textOf(node).matchAll(/^(?:[-*]|\d+\.) (.+)$/gm)].map(([, item = '']) => item));
  }
  if (name === 'li') facts.items.push(textOf(node));
  if (name === 'img') facts.images.push(absolute(attributeOf(node, 'src'), base));
  if (name === 'a' && isSeen(node)) facts.links.push(absolute(attributeOf(node, 'href'), base));
  for (const child of childrenOf(node)) collect(child, facts, base);
}

/**
 * Nobody sees a link without a word or a picture in it.
 * @param {Node} link
 */
function isSeen(link) {
  return textOf(link).trim() !== '' || descendants(link, 'img').length > 0;
}

/**
 * @param {Node} table
 * @returns {string[][]}
 */
function rowsOf(table) {
  return descendants(table, 'tr').map((row) =>
    childrenOf(row)
      .filter(({ nodeName }) => nodeName === 'td' || nodeName === 'th')
      .map(textOf),
  );
}

/**
 * @param {string | undefined} address
 * @param {string} base
 */
function absolute(address, base) {
  return address !== undefined && URL.canParse(address, base) ? new URL(address, base).href : '';
}

/**
 * @param {Node} node
 * @returns {string}
 */
function textOf(node) {
  if ('value' in node && node.nodeName === '#text') return node.value;
  return node.nodeName === 'br' ? '\n' : childrenOf(node).map(textOf).join('');
}

/**
 * @param {Node} node
 * @param {string} name
 * @returns {Node[]}
 */
function descendants(node, name) {
  return childrenOf(node).flatMap((child) => [
    ...(child.nodeName === name ? [child] : []),
    ...descendants(child, name),
  ]);
}

/**
 * @param {Node} node
 * @returns {Node[]}
 */
function childrenOf(node) {
  return 'childNodes' in node ? node.childNodes : [];
}

/**
 * @param {Node} node
 * @param {string} name
 */
function attributeOf(node, name) {
  return 'attrs' in node ? node.attrs.find((attribute) => attribute.name === name)?.value : undefined;
}

/**
 * @typedef {import('parse5').DefaultTreeAdapterTypes.Node} Node
 * @typedef {{ headings: string[], tables: string[][][], code: string[], links: string[], items: string[],
 *   images: string[], text: string }} MarkdownFacts links and images are absolute addresses
 */
