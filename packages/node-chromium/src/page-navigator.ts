import { OttoError } from '@telepat/otto-protocol';
import type { WaitUntil } from '@telepat/otto-node-runtime';
import type { CDPSession, Page } from 'playwright-core';
import type { ReportedDownloads } from './downloads/reported-downloads.js';
import { loadFailure } from './load-failure.js';
import type { PageDialogs } from './page-dialogs.js';
import type { DocumentState, PageDocuments } from './page-documents.js';
import { PageHistory, type HistoryMove } from './page-history.js';
import { silenceDialogs } from './silence-dialogs.js';
import { abortReason, until, within } from './until.js';

/**
 * Loads addresses in one page. It speaks the DevTools protocol, because its answer to `Page.navigate` says what became
 * of just this navigation; playwright's `goto` may take the error page of the navigation before for the outcome.
 */
export class PageNavigator {
  readonly #session: CDPSession;
  readonly #documents: PageDocuments;
  readonly #history: PageHistory;
  readonly #dialogs: PageDialogs;
  readonly #page: Page;
  readonly #reported: ReportedDownloads;
  /** A navigation that was started without waiting for it. */
  #pending: Promise<Landing> | undefined;
  #failure: OttoError | undefined;

  constructor({ page, session, documents, dialogs, reported }: NavigatorParts) {
    this.#reported = reported;
    this.#page = page;
    this.#session = session;
    this.#documents = documents;
    this.#history = new PageHistory(session, documents);
    this.#dialogs = dialogs;
  }

  /** Why the error page is there, if it is. */
  get failure(): OttoError | undefined {
    return this.#failure;
  }

  /** Loads an address; when that is a download, the watcher was told of it, and the page stays. */
  async go({ url, waitUntil, signals }: GoOptions): Promise<LoadEnd> {
    this.#pending = undefined;
    const leaving = await this.#letGo(signals);
    if (waitUntil === 'none') {
      this.#pending = this.#load(url, leaving);
      // Whoever reads the page hears of it; until then nobody has to.
      this.#pending.catch(() => undefined);
      return {};
    }
    const { moves } = this.#documents;
    const { count } = this.#reported;
    try {
      const landing = await until(this.#load(url, leaving), signals);
      if (landing.isDownload === true) {
        await this.#reported.after(count, signals);
        return { isDownload: true };
      }
      // Without a loader the document stays, and only the part behind the `#` is another.
      if (landing.loaderId === undefined) await within(MOVE_MS_MAX, this.#documents.moved(moves, signals), signals);
      else await this.#documents.reached(landing.loaderId, STATES[waitUntil], signals);
      return landing.status === undefined ? {} : { status: landing.status };
    } catch (error) {
      // A page that stands still behind a dialog goes on loading when that is answered.
      const reasons = signals.filter((signal) => signal.aborted).map(abortReason);
      const isGivenUp = reasons.some(({ code }) => code !== 'dialog_open');
      if (isGivenUp) this.#session.send('Page.stopLoading').catch(ignore);
      throw error;
    }
  }

  /** Goes through the history, or loads the page again. */
  async move(to: HistoryMove, signals: readonly AbortSignal[]): Promise<void> {
    const way = await this.#history.way(to, signals);
    this.#pending = undefined;
    const leaving = await this.#letGo(signals);
    const { loaderId } = this.#documents;
    try {
      await this.#history.go(way, signals);
    } catch (error) {
      if (error instanceof OttoError && error.code === 'navigation_failed') this.#failure = error;
      throw error;
    } finally {
      if (this.#documents.loaderId === loaderId) leaving.stay();
      else leaving.end();
    }
  }

  /**
   * Waits for a navigation that was started with `none`: until its document can be read, or for a while if that takes
   * long. A reader would see the page before it, else.
   */
  async settled(signals: readonly AbortSignal[]): Promise<void> {
    const pending = this.#pending;
    if (pending === undefined) return;
    try {
      const { loaderId } = await until(pending, signals);
      if (loaderId === undefined) return;
      await within(PARSING_MS_MAX, this.#documents.reached(loaderId, 'DOMContentLoaded', signals), signals);
    } finally {
      // After an abort the next reader waits in turn.
      const hasGivenUp = signals.some((signal) => signal.aborted);
      if (this.#pending === pending && !hasGivenUp) this.#pending = undefined;
    }
  }

  async #load(url: string, leaving: Leaving): Promise<Landing> {
    let isKept = true;
    try {
      const landing = await this.#request(url);
      isKept = landing.loaderId === undefined;
      // Until the next document is there, the one before can still show dialogs.
      if (landing.loaderId !== undefined) {
        await within(ARRIVAL_MS_MAX, this.#documents.reached(landing.loaderId, undefined, []), []);
      }
      return landing;
    } finally {
      if (isKept) leaving.stay();
      else leaving.end();
    }
  }

  async #request(url: string): Promise<Landing> {
    const statuses = new Map<string, number>();
    const onResponse = (event: { requestId: string; response: { status: number } }): void => {
      // The request of a document has the id of its loader. The page's other requests do not matter.
      if (statuses.size < STATUSES_MAX) statuses.set(event.requestId, event.response.status);
    };
    this.#session.on('Network.responseReceived', onResponse);
    try {
      this.#session.send('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0 }).catch(ignore);
      const { loaderId, errorText, isDownload } = await this.#session.send('Page.navigate', { url }).catch(refused);
      if (isDownload === true) return { isDownload };
      if (errorText !== undefined && errorText !== '') {
        this.#failure = loadFailure(errorText, { isDownload: false });
        // The error page follows, except where the page before stays.
        const isPageKept = loaderId === undefined || errorText === 'net::ERR_ABORTED';
        if (!isPageKept) await within(ERROR_PAGE_MS_MAX, this.#documents.reached(loaderId, undefined, []), []);
        throw this.#failure;
      }
      const status = loaderId === undefined ? undefined : statuses.get(loaderId);
      return { ...(loaderId === undefined ? {} : { loaderId }), ...(status === undefined ? {} : { status }) };
    } finally {
      this.#session.off('Network.responseReceived', onResponse);
      this.#session.send('Network.disable').catch(ignore);
    }
  }

  /**
   * Makes sure that the present page lets go. A script that never ends keeps its process busy, and a dialog that opens
   * while the next document arrives blocks both for good (the browser forgets whose dialog it is).
   */
  async #letGo(signals: readonly AbortSignal[]): Promise<Leaving> {
    const leaving = newLeaving(this.#dialogs);
    try {
      const { shownCount } = this.#dialogs;
      for (let attempt = 0; attempt < 2; attempt++) {
        const silencing = silenceDialogs(this.#page, this.#session).then((restore) => leaving.undo(restore));
        const asksOn = attempt > 0 && this.#dialogs.shownCount > shownCount;
        if ((await within(asksOn ? LOOP_MS_MAX : CALM_MS_MAX, silencing.then(yes), signals)) === true) break;
        this.#session.send('Runtime.terminateExecution').catch(ignore);
      }
      return leaving;
    } catch (error) {
      leaving.stay();
      throw error;
    }
  }
}

const STATES: Readonly<Record<Exclude<WaitUntil, 'none'>, DocumentState | undefined>> = {
  commit: undefined,
  domcontentloaded: 'DOMContentLoaded',
  load: 'load',
  networkidle: 'networkIdle',
};

/** A page that does not answer for so long, when it is about to go, has its script ended. */
const CALM_MS_MAX = 500;

/** A loop that only shows dialogs is not ended before it went round some hundreds of times. */
const LOOP_MS_MAX = 5_000;

/** What is there after this time is read, even if the rest of the document is still to come. */
const PARSING_MS_MAX = 5_000;

const ERROR_PAGE_MS_MAX = 1_000;

/** A document that was committed is there within moments, unless its process is busy. */
const ARRIVAL_MS_MAX = 5_000;

/** A page may keep its address where it is; that is its own affair. */
const MOVE_MS_MAX = 1_000;

const STATUSES_MAX = 1_000;

/** Before it loads anything, the browser refuses an address that is none. */
function refused(error: unknown): never {
  if (!(error instanceof Error) || !/invalid url/i.test(error.message)) throw error;
  throw new OttoError('invalid_action_input', { message: 'url is not a valid address.' }, { cause: error });
}

function yes(): true {
  return true;
}

function newLeaving(dialogs: PageDialogs): Leaving {
  const end = dialogs.leave();
  const restores: (() => void)[] = [];
  let isStaying = false;
  return {
    end,
    undo: (restore) => {
      if (isStaying) restore();
      else restores.unshift(restore);
    },
    stay: () => {
      end();
      isStaying = true;
      for (const restore of restores) restore();
    },
  };
}

/** The page is on its way out, or gone: there is nobody to tell. */
function ignore(): void {}

/** The time in which a page is being left. */
interface Leaving {
  /** What is to be done if the document stays after all. */
  undo(restore: () => void): void;
  /** The next document is there. */
  end(): void;
  /** None comes: the document stays, and may show dialogs again. */
  stay(): void;
}

/** What became of an address. */
export interface LoadEnd {
  readonly status?: number;
  readonly isDownload?: true;
}

interface NavigatorParts {
  readonly page: Page;
  readonly reported: ReportedDownloads;
  readonly session: CDPSession;
  readonly documents: PageDocuments;
  readonly dialogs: PageDialogs;
}

interface Landing extends LoadEnd {
  /** Undefined when the document stays. */
  readonly loaderId?: string;
}

interface GoOptions {
  /** Aborting any of them ends the waiting and the loading. */
  readonly signals: readonly AbortSignal[];
  readonly url: string;
  readonly waitUntil: WaitUntil;
}
