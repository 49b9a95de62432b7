import { isElement, nodeTypeOf, shownChildrenOf, textOf } from './dom.js';

/**
 * Deeper than any page that people write; below, only the text is taken. A copy must not run out of stack, nor whoever
 * walks it afterwards.
 */
const DEPTH_MAX = 400;

/**
 * Copies what `source` shows into `target`, an element of an inert document: nothing loads there, and no script of the
 * page sees the copy. The rules say what becomes of each element.
 */
export function copyTree<C>(source: Element, target: Element, { rules, context, depth = 0 }: Copying<C>): void {
  for (const child of shownChildrenOf(source)) {
    if (nodeTypeOf(child) === Node.TEXT_NODE || nodeTypeOf(child) === Node.CDATA_SECTION_NODE) {
      if (rules.showsText(source)) target.append(child.nodeValue ?? '');
    } else if (isElement(child)) {
      const become = rules.become(child, target.ownerDocument, context);
      if (become === undefined) continue;
      if (become.copy !== undefined) target.append(become.copy);
      if (become.isWhole === true) continue;
      const from = become.from ?? child;
      const into = become.copy ?? target;
      if (depth < DEPTH_MAX) copyTree(from, into, { rules, context: become.context ?? context, depth: depth + 1 });
      else into.append(textOf(from) ?? '');
    }
  }
}

interface Copying<C> {
  readonly rules: CopyRules<C>;
  readonly context: C;
  /** Of `source` below where the copying began. */
  readonly depth?: number;
}

/** What a copy takes over. `C` is what an element tells its descendants. */
export interface CopyRules<C> {
  /** Undefined drops the element with all that is in it. */
  become(source: Element, inert: Document, context: C): Become<C> | undefined;
  /** Whether the text directly in this element belongs to the copy. */
  showsText(source: Element): boolean;
}

export interface Become<C> {
  /** The copy; without one the children take the element's place. */
  readonly copy?: Element;
  /** The copy has its content already. */
  readonly isWhole?: boolean;
  /** Whose children are copied, if not its own. */
  readonly from?: Element;
  readonly context?: C;
}
