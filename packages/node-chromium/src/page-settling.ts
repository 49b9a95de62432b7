import type { CDPSession } from 'playwright-core';
import type { ReportedDownloads } from './downloads/reported-downloads.js';
import type { PageDocuments } from './page-documents.js';
import type { PageReader } from './page-reader.js';
import { until, within } from './until.js';

/**
 * Knows whether something is on its way in a page: another document, or a pop-up that nobody has heard of yet. The
 * browser tells of both before it tells that the input that caused them is done.
 */
export class PageSettling {
  readonly #session: CDPSession;
  readonly #documents: PageDocuments;
  readonly #reader: Pick<PageReader, 'facts'>;
  /** How far the main frame is on its way to another document. */
  #navigation: 'none' | 'requested' | 'started' = 'none';
  #navigatesSince = 0;
  readonly #popupsComing = new Set<() => void>();
  readonly #checks = new Set<() => void>();
  readonly #reported: ReportedDownloads;
  #downloadsBefore = 0;
  /** A link was followed, in whichever frame, and the server sent no document: what it sent may be a download. */
  #hasSentNoPage = false;
  /** Frames within the page in which a link was followed. */
  readonly #ledFrames = new Set<string>();

  constructor({ session, documents, reader, reported }: SettlingParts) {
    this.#reported = reported;
    this.#session = session;
    this.#documents = documents;
    this.#reader = reader;
  }

  /** Starts to follow the page, whose documents are followed already. */
  begin(): void {
    const isMain = (frameId: string): boolean => frameId === this.#documents.mainFrameId;
    const session = this.#session;
    session.on('Page.frameRequestedNavigation', ({ frameId, disposition, reason }) => {
      if (isMain(frameId) && disposition === 'currentTab') this.#navigates('requested');
      else if (FOLLOWED.has(reason) && this.#ledFrames.size < FRAMES_MAX) this.#ledFrames.add(frameId);
    });
    session.on('Page.frameStartedNavigating', ({ frameId }) => {
      if (isMain(frameId)) this.#navigates('started');
    });
    session.on('Page.frameNavigated', ({ frame }) => {
      if (isMain(frame.id)) this.#navigates('none');
      else this.#frameArrived(frame.id);
    });
    session.on('Page.navigatedWithinDocument', ({ frameId }) => {
      if (isMain(frameId)) this.#navigates('none');
      else this.#frameArrived(frameId);
    });
    session.on('Page.frameDetached', ({ frameId }) => this.#frameArrived(frameId));
    session.on('Page.frameStoppedLoading', ({ frameId }) => {
      // The server sent no page. What was only asked for has not begun, and cannot end.
      const isEnd = isMain(frameId) ? this.#navigation === 'started' : this.#ledFrames.has(frameId);
      if (!isEnd) return;
      this.#hasSentNoPage = true;
      if (isMain(frameId)) this.#navigates('none');
      else this.#frameArrived(frameId);
    });
  }

  /** Whether the page stays, as far as the browser knows. */
  get isCalm(): boolean {
    return this.#navigation === 'none';
  }

  /**
   * The browser makes a pop-up of this page. What it gives is called when the watcher of the tab was told of it, or when
   * it went before that.
   */
  popupComing(): () => void {
    const report = (): void => {
      if (this.#popupsComing.delete(report)) this.#tell();
    };
    this.#popupsComing.add(report);
    this.#tell();
    return report;
  }

  /**
   * Waits for a document that is on its way, so that nobody acts on a page that is about to go; not for long, since it
   * may never come. Gives which document is there then.
   */
  async calm(signals: readonly AbortSignal[]): Promise<string> {
    if (this.#navigation !== 'none') await this.#arrived(performance.now() + CALM_MS_MAX, signals);
    this.#downloadsBefore = this.#reported.count;
    this.#hasSentNoPage = false;
    this.#ledFrames.clear();
    return this.#documents.loaderId;
  }

  /**
   * Waits for what came of an input to the document `before`: the page has handled it, a document that it led to can be
   * read, its pop-ups and downloads were told of. What takes longer is left to itself. Gives the title of the document,
   * if it stayed and has told it: that one need not be asked again.
   */
  async settle(before: string, signals: readonly AbortSignal[]): Promise<{ title?: string }> {
    const told = await this.#answered(signals);
    const since = this.#navigation === 'none' ? performance.now() : this.#navigatesSince;
    const endsAt = since + SETTLE_MS_MAX;
    await this.#arrived(endsAt, signals);
    await this.#holds(() => this.#ledFrames.size === 0, Math.min(endsAt, since + FRAME_MS_MAX), signals);
    if (this.#hasSentNoPage) await this.#reported.after(this.#downloadsBefore, signals, endsAt);
    const { loaderId } = this.#documents;
    if (loaderId !== before) {
      const parsed = this.#documents.reached(loaderId, 'DOMContentLoaded', signals);
      await within(Math.max(0, endsAt - performance.now()), parsed, signals);
    }
    await this.#holds(() => this.#popupsComing.size === 0, endsAt, signals);
    // One that has not come by now takes its time; it is not to delay the next input as well.
    this.#popupsComing.clear();
    return this.#documents.loaderId === before ? told : {};
  }

  /** Resolves when the page has been on its way to another document for longer than anybody waits for one. */
  async stalled(signals: readonly AbortSignal[]): Promise<void> {
    for (;;) {
      await this.#holds(() => this.#navigation !== 'none', NEVER, signals);
      const endsAt = performance.now() + SETTLE_MS_MAX;
      if (!(await this.#holds(() => this.#navigation === 'none', endsAt, signals))) return;
    }
  }

  /**
   * The page's answer comes after everything that it told before. It gives none while a script keeps it busy, nor on
   * its way to another document.
   */
  async #answered(signals: readonly AbortSignal[]): Promise<{ title?: string }> {
    let answer: { title?: string } | undefined;
    const onAnswer = (told: { title?: string }): void => {
      answer = told;
      this.#tell();
    };
    // That it cannot tell its title is an answer, too.
    this.#reader.facts(signals).then(
      ({ title }) => onAnswer({ title }),
      () => onAnswer({}),
    );
    const endsAt = performance.now() + ANSWER_MS_MAX;
    await this.#holds(() => answer !== undefined || this.#navigation !== 'none', endsAt, signals);
    return answer ?? {};
  }

  async #arrived(endsAt: number, signals: readonly AbortSignal[]): Promise<void> {
    if (this.#navigation === 'requested') {
      const startsBefore = Math.min(endsAt, performance.now() + START_MS_MAX);
      const hasStarted = await this.#holds(() => this.#navigation !== 'requested', startsBefore, signals);
      // Another script may have thought better of it.
      if (!hasStarted) this.#navigation = 'none';
    }
    if (this.#navigation !== 'none') await this.#holds(() => this.#navigation === 'none', endsAt, signals);
  }

  /** Waits until the condition holds; false when the time is over first. */
  async #holds(condition: () => boolean, endsAt: number, signals: readonly AbortSignal[]): Promise<boolean> {
    if (condition()) return true;
    let check = (): void => {};
    const held = new Promise<true>((resolve) => {
      check = () => {
        if (condition()) resolve(true);
      };
    });
    this.#checks.add(check);
    try {
      const waiting =
        endsAt === NEVER ? until(held, signals) : within(Math.max(0, endsAt - performance.now()), held, signals);
      return (await waiting) ?? false;
    } finally {
      this.#checks.delete(check);
    }
  }

  #frameArrived(frameId: string): void {
    if (this.#ledFrames.delete(frameId)) this.#tell();
  }

  #navigates(navigation: 'none' | 'requested' | 'started'): void {
    if (this.#navigation === 'none') this.#navigatesSince = performance.now();
    this.#navigation = navigation;
    this.#tell();
  }

  #tell(): void {
    for (const check of [...this.#checks]) check();
  }
}

const NEVER = Number.POSITIVE_INFINITY;

/** How long an input waits for a document that was on its way before it. */
const CALM_MS_MAX = 5_000;

/** How long an input waits, when it is done, for what it caused. */
const SETTLE_MS_MAX = 3_000;

/** A page that is busy for longer is believed to be so for another reason. */
const ANSWER_MS_MAX = 1_000;

/** How long after a script asked for another document its loading begins at the latest. */
const START_MS_MAX = 500;

/** Why a frame goes to another document when somebody followed a link or sent a form in it. */
const FOLLOWED: ReadonlySet<string> = new Set(['anchorClick', 'formSubmissionGet', 'formSubmissionPost']);

/** How long an input waits for a document, or a download, in a frame within the page. */
const FRAME_MS_MAX = 1_000;

const FRAMES_MAX = 100;

interface SettlingParts {
  readonly session: CDPSession;
  readonly documents: PageDocuments;
  readonly reader: Pick<PageReader, 'facts'>;
  readonly reported: ReportedDownloads;
}
