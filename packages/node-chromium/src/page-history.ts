import { setTimeout as pass } from 'node:timers/promises';
import { OttoError } from '@telepat/otto-protocol';
import type { CDPSession } from 'playwright-core';
import { DocumentFailures } from './document-failures.js';
import { loadFailure } from './load-failure.js';
import { BETWEEN_PAGES, namedFailure } from './named-failure.js';
import type { PageDocuments } from './page-documents.js';
import { abortReason, until, within } from './until.js';

/** Moves one page through its history, or loads it again. */
export class PageHistory {
  readonly #session: CDPSession;
  readonly #documents: PageDocuments;

  constructor(session: CDPSession, documents: PageDocuments) {
    this.#session = session;
    this.#documents = documents;
  }

  /**
   * How to go there.
   *
   * @throws OttoError `navigation_failed`, with effect `none`, when there is nothing to go to.
   */
  async way(to: HistoryMove, signals: readonly AbortSignal[]): Promise<() => Promise<unknown>> {
    if (to === 'reload') return () => this.#reload(signals);
    const history = await until(this.#session.send('Page.getNavigationHistory'), signals);
    const index = history.currentIndex + (to === 'back' ? -1 : 1);
    const entry = history.entries[index];
    // Every tab begins at an empty page, before its first one.
    const isPage = entry !== undefined && (index > 0 || entry.url !== 'about:blank');
    if (isPage) return () => this.#session.send('Page.navigateToHistoryEntry', { entryId: entry.id }).catch(entryGone);
    const message = `There is no page to go ${to} to.`;
    throw new OttoError('navigation_failed', { message, actionableHint: NO_PAGE_HINT, effect: 'none' });
  }

  /** A page that just goes elsewhere is loaded again when it is there. */
  async #reload(signals: readonly AbortSignal[]): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#session.send('Page.reload');
      } catch (error) {
        const isBetween = error instanceof Error && BETWEEN_PAGES.test(error.message);
        if (!isBetween || attempt === RELOADS_MAX) throw error;
        await until(pass(RELOAD_PAUSE_MS), signals);
      }
    }
  }

  /** Goes, and resolves when the document can be read. */
  async go(way: () => Promise<unknown>, signals: readonly AbortSignal[]): Promise<void> {
    const before = { loaderId: this.#documents.loaderId, moves: this.#documents.moves };
    const failures = new DocumentFailures(this.#session, this.#documents.mainFrameId);
    failures.begin();
    try {
      const left = Promise.all([way(), this.#documents.left(before, signals)]).then(noFailure);
      const errorText = await until(Promise.race([left, failures.first]), signals);
      if (errorText !== undefined) {
        // The error page follows, except where the page before stays.
        await within(ERROR_PAGE_MS_MAX, left, signals);
        throw loadFailure(errorText, { isDownload: false });
      }
      await this.#documents.reached(this.#documents.loaderId, 'DOMContentLoaded', signals);
    } catch (error) {
      const reason = signals.find((signal) => signal.aborted);
      // A page that stands still behind a dialog goes on when that is answered.
      const isGivenUp = reason !== undefined && abortReason(reason).code !== 'dialog_open';
      if (isGivenUp) this.#session.send('Page.stopLoading').catch(alreadyGone);
      throw error;
    } finally {
      failures.end();
    }
  }
}

/** A page that goes elsewhere by itself drops what lay before it. */
function entryGone(error: unknown): never {
  const failure = namedFailure(error);
  if (failure.code !== 'internal_error') throw failure;
  const message = 'The page went elsewhere meanwhile.';
  throw new OttoError('navigation_failed', { message, actionableHint: NO_PAGE_HINT }, { cause: error });
}

const RELOADS_MAX = 20;
const RELOAD_PAUSE_MS = 50;

const NO_PAGE_HINT = 'Go to the page by its address.';

const ERROR_PAGE_MS_MAX = 1_000;

function noFailure(): undefined {}

/** The page went, and its loading with it. */
function alreadyGone(): void {}

/** Where to. */
export type HistoryMove = 'back' | 'forward' | 'reload';
