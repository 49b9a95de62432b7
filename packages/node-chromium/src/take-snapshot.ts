import { OttoError } from '@telepat/otto-protocol';
import type { CDPSession, Page } from 'playwright-core';
import type { ElementRefs } from './element-refs.js';
import { namedFailure } from './named-failure.js';
import { snapshotOutline, type Outline } from './snapshot-outline.js';
import { abortReason } from './until.js';
import { endScript } from './end-script.js';

/** Reads the accessibility tree of a page and all its frames. Its elements can be acted on until the next one is read. */
export async function takeSnapshot(page: ReadPage, options: SnapshotOptions): Promise<Outline> {
  const { maxNodes, interestingOnly, signal } = options;
  page.refs.renew();
  try {
    const tree = await page.page.ariaSnapshotJSON({ mode: 'ai', timeout: 0, signal });
    const nameElement = (key: string): string => page.refs.add(key);
    return snapshotOutline(Array.isArray(tree) ? tree : [], { maxNodes, interestingOnly, nameElement });
  } catch (error) {
    if (!signal.aborted) throw failureOf(error);
    await endScript(page.session, signal);
    throw abortReason(signal);
  }
}

/** Playwright fails in several ways where what the page gives is not what its own script made. */
function failureOf(error: unknown): OttoError {
  const named = namedFailure(error);
  if (named.code !== 'internal_error') return named;
  const message = 'The page cannot be read as an outline: it may be nested too deeply.';
  return new OttoError('script_failed', { message }, { cause: error });
}

interface ReadPage {
  readonly page: Page;
  readonly session: CDPSession;
  readonly refs: ElementRefs;
}

/** What to read, and what ends the reading. */
export interface SnapshotOptions {
  readonly maxNodes: number;
  readonly interestingOnly: boolean;
  readonly signal: AbortSignal;
}
