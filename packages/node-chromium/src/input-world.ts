import type { CDPSession, Page } from 'playwright-core';
import type { ElementFinder } from './element-finder.js';
import type { PageDocuments } from './page-documents.js';
import type { PageSettling } from './page-settling.js';
import type { Patience } from './patience.js';

/** What playwright may take for a wait within an input. */
export function limitsOf({ patience, signal }: InputWorld): { timeout: number; signal: AbortSignal } {
  // Zero would be no limit.
  return { timeout: Math.max(1, patience.msLeft), signal };
}

/** What an input works with. */
export interface InputWorld {
  readonly page: Page;
  readonly session: CDPSession;
  readonly documents: PageDocuments;
  readonly settling: PageSettling;
  readonly finder: ElementFinder;
  readonly patience: Patience;
  /** Ends a wait of playwright's. */
  readonly signal: AbortSignal;
}
