import { firstMatch } from './dom.js';

/** The first match of a selector; without one, what stands for the whole document. */
export function foundElement(selector: string | undefined, whole: () => Element | null): Found {
  let element: Element | null;
  try {
    element = selector === undefined ? whole() : firstMatch(document, selector);
  } catch (error) {
    // The only reason is a selector that is not one.
    return { failure: 'invalid_selector', reason: error instanceof Error ? error.message : String(error) };
  }
  return element === null ? { failure: 'element_not_found' } : { element };
}

type Found = { readonly element: Element; readonly failure?: never } | Failure;

/** Why there is nothing to read. */
export interface Failure {
  readonly failure: 'element_not_found' | 'invalid_selector';
  readonly reason?: string;
}
