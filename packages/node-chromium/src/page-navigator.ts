import { OttoError } from '@telepat/otto-protocol';
import type { WaitUntil } from '@telepat/otto-node-runtime';
import type { CDPSession } from 'playwright-core';
import { loadFailure } from './load-failure.js';
import type { DocumentState, PageDocuments } from './page-documents.js';
import { PageHistory, type HistoryMove } from './page-history.js';
import { until, within } from './until.js';

/**
 * Loads addresses in one page. It speaks the DevTools protocol, because its answer to `Page.navigate` says what became
 * of just this navigation; playwright's `goto` may take the error page of the navigation before for the outcome.
 */
export class PageNavigator {
  readonly #session: CDPSession;
  readonly #documents: PageDocuments;
  readonly #history: PageHistory;
  /** A navigation that was started without waiting for it. */
  #pending: Promise<Landing> | undefined;
  #failure: OttoError | undefined;

  constructor(session: CDPSession, documents: PageDocuments) {
    this.#session = session;
    this.#documents = documents;
    this.#history = new PageHistory(session, documents);
  }

  /** Why the error page is there, if it is. */
  get failure(): OttoError | undefined {
    return this.#failure;
  }

  async go({ url, waitUntil, signals, hasCrashed }: GoOptions): Promise<{ status?: number }> {
    this.#pending = undefined;
    if (!hasCrashed) await this.#calmDown(signals);
    if (waitUntil === 'none') {
      this.#pending = this.#load(url);
      // Whoever reads the page hears of it; until then nobody has to.
      this.#pending.catch(() => undefined);
      return {};
    }
    const { moves } = this.#documents;
    try {
      const landing = await until(this.#load(url), signals);
      // Without a loader the document stays, and only the part behind the `#` is another.
      if (landing.loaderId === undefined) await within(MOVE_MS_MAX, this.#documents.moved(moves, signals), signals);
      else await this.#documents.reached(landing.loaderId, STATES[waitUntil], signals);
      return landing.status === undefined ? {} : { status: landing.status };
    } catch (error) {
      if (signals.some((signal) => signal.aborted)) this.#session.send('Page.stopLoading').catch(ignore);
      throw error;
    }
  }

  /** Goes through the history, or loads the page again. */
  async move(to: HistoryMove, { signals, hasCrashed }: MoveOptions): Promise<void> {
    const way = await this.#history.way(to, signals);
    this.#pending = undefined;
    if (!hasCrashed) await this.#calmDown(signals);
    try {
      await this.#history.go(way, signals);
    } catch (error) {
      if (error instanceof OttoError && error.code === 'navigation_failed') this.#failure = error;
      throw error;
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

  async #load(url: string): Promise<Landing> {
    const statuses = new Map<string, number>();
    const onResponse = (event: { requestId: string; response: { status: number } }): void => {
      // The request of a document has the id of its loader. The page's other requests do not matter.
      if (statuses.size < STATUSES_MAX) statuses.set(event.requestId, event.response.status);
    };
    this.#session.on('Network.responseReceived', onResponse);
    try {
      // Not waited for: after a crash, it is answered only when the page has a process again.
      this.#session.send('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0 }).catch(ignore);
      const { loaderId, errorText, isDownload } = await this.#session.send('Page.navigate', { url }).catch(refused);
      if (errorText !== undefined && errorText !== '') {
        this.#failure = loadFailure(errorText, { isDownload: isDownload === true });
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
  async #calmDown(signals: readonly AbortSignal[]): Promise<void> {
    for (let attempt = 0; attempt < 2; attempt++) {
      const asked = this.#session.send('Runtime.evaluate', { expression: SILENCE_DIALOGS, silent: true });
      // An error is an answer, too: the page has crashed, or is being replaced this moment.
      const answered = asked.then(yes, yes);
      if ((await within(CALM_MS_MAX, answered, signals)) === true) return;
      this.#session.send('Runtime.terminateExecution').catch(ignore);
    }
  }
}

const STATES: Readonly<Record<Exclude<WaitUntil, 'none'>, DocumentState | undefined>> = {
  commit: undefined,
  domcontentloaded: 'DOMContentLoaded',
  load: 'load',
  networkidle: 'networkIdle',
};

const SILENCE_DIALOGS = `for (const name of ['alert', 'confirm', 'prompt', 'print']) {
  try { window[name] = () => undefined } catch {}
}`;

/** A page that does not answer for so long, when it is about to go, has its script ended. */
const CALM_MS_MAX = 500;

/** What is there after this time is read, even if the rest of the document is still to come. */
const PARSING_MS_MAX = 5_000;

const ERROR_PAGE_MS_MAX = 1_000;

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

/** The page is on its way out, or gone: there is nobody to tell. */
function ignore(): void {}

interface Landing {
  /** Undefined when the document stays. */
  readonly loaderId?: string;
  readonly status?: number;
}

interface MoveOptions {
  /** Aborting any of them ends the waiting and the loading. */
  readonly signals: readonly AbortSignal[];
  /** There is no page that would have to let go. */
  readonly hasCrashed: boolean;
}

interface GoOptions extends MoveOptions {
  readonly url: string;
  readonly waitUntil: WaitUntil;
}
