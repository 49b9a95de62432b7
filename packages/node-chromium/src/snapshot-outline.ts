import type { PageSnapshot } from '@telepat/otto-node-runtime';
import { readAriaNode, type AriaNode } from './aria-node.js';

/**
 * Writes an accessibility tree as an outline: a line for each node, in the order of the page, indented by its depth.
 * What a page says cannot look like a line of its own.
 */
export function snapshotOutline(tree: readonly unknown[], options: OutlineOptions): Outline {
  const lines: string[] = [];
  let count = 0;
  // A stack of our own: pages are nested deeper than calls can be.
  const waiting = tree.toReversed().map((node) => ({ node, depth: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const node = readAriaNode(next.node);
    if (options.interestingOnly && node.isAriaHidden === true) continue;
    const isShown = !options.interestingOnly || isInteresting(node);
    if (isShown) {
      count += 1;
      if (count <= options.maxNodes) lines.push(lineOf(node, next.depth, options));
    }
    const depth = isShown ? next.depth + 1 : next.depth;
    for (const child of node.children.toReversed()) waiting.push({ node: child, depth });
  }
  const nodeCount = Math.min(count, options.maxNodes);
  const truncated = count > nodeCount;
  if (truncated)
    lines.push(`- … ${count - nodeCount} more nodes: raise maxNodes above ${options.maxNodes} to see them`);
  return { snapshot: lines.join('\n'), nodeCount, truncated };
}

/** Boxes that only hold others tell nothing, not even that they have the focus: when nothing else has, the page does. */
function isInteresting({ role, name, text, isClickable, states }: AriaNode): boolean {
  if (role === 'text') return (text ?? '').trim() !== '';
  if (role !== 'generic') return true;
  const hasState = states.some((state) => state !== 'active');
  return name !== undefined || text !== undefined || isClickable === true || hasState;
}

function lineOf(node: AriaNode, depth: number, { nameElement }: OutlineOptions): string {
  const { role, name, text, ref, url, placeholder, states } = node;
  const words = [
    '  '.repeat(Math.min(depth, DEPTH_SHOWN_MAX)) + '-',
    role,
    ...(name === undefined ? [] : [JSON.stringify(oneLine(name))]),
    ...states.map((state) => `[${state}]`),
    ...(ref === undefined ? [] : [`[ref=${nameElement(ref)}]`]),
    ...(node.isClickable === true ? ['[cursor=pointer]'] : []),
    ...(node.isAriaHidden === true ? ['[aria-hidden]'] : []),
    ...(placeholder === undefined ? [] : [`[placeholder=${JSON.stringify(oneLine(placeholder))}]`]),
    ...(url === undefined ? [] : [`[url=${JSON.stringify(oneLine(url))}]`]),
  ];
  const shown = text === undefined ? '' : oneLine(text);
  return words.join(' ') + (shown === '' ? '' : `: ${shown}`);
}

/** Blanks beyond this tell nobody anything. */
const DEPTH_SHOWN_MAX = 100;

/** Longest text of one node. */
const TEXT_LENGTH_MAX = 2_000;

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= TEXT_LENGTH_MAX ? line : `${line.slice(0, TEXT_LENGTH_MAX)}…`;
}

/** What a snapshot tells of the nodes of a page. */
export type Outline = Omit<PageSnapshot, 'title'>;

interface OutlineOptions {
  readonly maxNodes: number;
  readonly interestingOnly: boolean;
  /** Gives the ref under which an element, that playwright knows by `key`, can be acted on. */
  nameElement(key: string): string;
}
