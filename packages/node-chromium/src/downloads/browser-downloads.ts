import type { DriverDownload } from '@telepat/otto-node-runtime';
import type { BrowserContext, CDPSession, Download, Page } from 'playwright-core';
import { DownloadBudget } from './download-budget.js';
import { PageDownload } from './page-download.js';

/**
 * The downloads of one browser. They go into a private folder, and each is told to the tab that it belongs to; those of
 * tabs that nobody watches are cancelled, or given to the user whose they are.
 *
 * The browser tells of a download by the id of a frame; to which page that belongs, in whatever process it is, playwright
 * knows, which also counts the download of a pop-up that comes to nothing among those of its opener. So both tell of the
 * same one, right after each other, in either order.
 */
export class BrowserDownloads {
  readonly #session: CDPSession;
  readonly #context: BrowserContext;
  readonly #folder: string;
  readonly #giveToUser: ((download: PageDownload) => Promise<void>) | undefined;
  readonly #budget = new DownloadBudget();
  /** Those that are on their way. */
  readonly #downloads = new Map<string, PageDownload>();
  readonly #watched = new WeakMap<Page, TellOfDownload>();
  /** Pages that came up, and what they download before somebody watches them. */
  readonly #unclaimed = new WeakMap<Page, PageDownload[]>();
  /** Tabs that a user opened. What nobody is known to have opened is not among them: it may be a page of ours. */
  readonly #theirs = new WeakSet<Page>();
  /** One that was told once, and not yet by the other. */
  #half: Half | undefined;

  constructor({ session, context, folder, giveToUser }: DownloadsParts) {
    this.#session = session;
    this.#context = context;
    this.#folder = folder;
    this.#giveToUser = giveToUser;
  }

  async begin(): Promise<void> {
    this.#context.on('download', (download) => this.#onPage(download));
    this.#session.on('Browser.downloadWillBegin', (event) => this.#onBegin(event));
    this.#session.on('Browser.downloadProgress', ({ guid, ...progress }) => {
      this.#downloads.get(guid)?.onProgress(progress);
      if (progress.state !== 'inProgress') this.#downloads.delete(guid);
    });
    const behavior = { behavior: 'allowAndName', downloadPath: this.#folder, eventsEnabled: true } as const;
    await this.#session.send('Browser.setDownloadBehavior', behavior);
  }

  /** Tells of each download of a page from here on, and of those that it has begun already. */
  watch(page: Page, tell: TellOfDownload): void {
    this.#watched.set(page, tell);
    const earlier = this.#unclaimed.get(page) ?? [];
    this.#unclaimed.delete(page);
    for (const download of earlier) this.#tell(tell, download);
  }

  /** A user opened the page, and what it downloads is the user's. */
  leaveToUser(page: Page): void {
    this.#theirs.add(page);
  }

  /** The page is gone; what it still begins is nobody's. */
  unwatch(page: Page): void {
    this.#watched.set(page, (download) => void download.discard());
  }

  #onBegin({ guid, url, suggestedFilename: fileName }: Beginning): void {
    const download = new PageDownload({
      guid,
      url,
      fileName,
      folder: this.#folder,
      cancel: async () => void (await this.#session.send('Browser.cancelDownload', { guid })),
    });
    this.#downloads.set(guid, download);
    this.#pair({ download, url, fileName });
  }

  #onPage(download: Download): void {
    this.#pair({ page: download.page(), url: download.url(), fileName: download.suggestedFilename() });
    // Playwright keeps something of each, though never the file.
    download.delete().catch(alreadyGone);
  }

  #pair(half: Half): void {
    const other = this.#half;
    this.#half = undefined;
    const isSame = other !== undefined && other.url === half.url && other.fileName === half.fileName;
    const download = half.download ?? other?.download;
    const page = half.page ?? other?.page;
    if (isSame && download !== undefined && page !== undefined) {
      this.#claim(download, page);
      return;
    }
    // The other one has no counterpart: playwright knows no page of its frame.
    if (other?.download !== undefined) void other.download.discard();
    this.#half = half;
    if (half.download !== undefined) setTimeout(() => this.#dismiss(half), COUNTERPART_MS_MAX).unref();
  }

  #dismiss(half: Half): void {
    if (this.#half !== half) return;
    this.#half = undefined;
    void half.download?.discard();
  }

  #claim(download: PageDownload, page: Page): void {
    const tell = this.#watched.get(page);
    if (tell !== undefined) {
      this.#tell(tell, download);
      return;
    }
    const unclaimed = this.#unclaimed.get(page) ?? [];
    this.#unclaimed.set(page, [...unclaimed, download]);
    setTimeout(() => void this.#giveAway(download, page), CLAIM_MS_MAX).unref();
  }

  #tell(tell: TellOfDownload, download: PageDownload): void {
    download.limit(this.#budget);
    tell(download);
  }

  /** Nobody watches the page: it is a pop-up that was closed, or a tab that a user opened. */
  async #giveAway(download: PageDownload, page: Page): Promise<void> {
    const unclaimed = this.#unclaimed.get(page) ?? [];
    if (!unclaimed.includes(download)) return;
    this.#unclaimed.set(
      page,
      unclaimed.filter((other) => other !== download),
    );
    if (this.#giveToUser !== undefined && this.#theirs.has(page)) {
      // What cannot be given (no room, no folder) stays until the browser ends.
      await this.#giveToUser(download).then(() => download.discard(), notGiven);
    } else await download.discard();
  }
}

/** Both tell in the same moment. */
const COUNTERPART_MS_MAX = 5_000;

/** A tab that comes up is watched after moments. */
const CLAIM_MS_MAX = 2_000;

/** The user's folder cannot be written; nobody here can say so to the user. */
function notGiven(): void {}

/** The browser is gone, and everything with it. */
function alreadyGone(): void {}

/** Hears of a download of a page. */
export type TellOfDownload = (download: DriverDownload) => void;

interface Beginning {
  readonly guid: string;
  readonly url: string;
  readonly suggestedFilename: string;
}

interface Half {
  readonly url: string;
  readonly fileName: string;
  readonly download?: PageDownload;
  readonly page?: Page;
}

interface DownloadsParts {
  /** Of the browser as a whole. */
  readonly session: CDPSession;
  readonly context: BrowserContext;
  /** Where the files go; whoever gives it removes it in the end. */
  readonly folder: string;
  /** Hands over what a user's own tab downloads; without it, there is no user. */
  readonly giveToUser?: (download: PageDownload) => Promise<void>;
}
