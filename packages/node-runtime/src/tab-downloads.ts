import { DOWNLOADS_PER_TAB_MAX, DOWNLOAD_URL_LENGTH_MAX, DOWNLOAD_WAIT_MS_MAX } from '@telepat/otto-protocol/limits';
import type { Clock } from '@telepat/otto-relay-link';
import type { DownloadEnd, DriverDownload } from './ports.js';
import { safeFileName } from './safe-file-name.js';
import { shortened } from './shortened.js';

/**
 * The downloads of one tab. They are kept until the tab is closed, `DOWNLOADS_PER_TAB_MAX` at the most: the oldest gives
 * way to a new one. Each is told when it has begun, and again when it came to its end after that.
 */
export class TabDownloads {
  readonly #newId: (() => string) | undefined;
  readonly #warn: (sentence: string) => void;
  readonly #kept = new Map<string, KeptDownload>();
  readonly #waiting = new Set<() => void>();

  constructor({ newId, warn }: TabDownloadsPorts) {
    this.#newId = newId;
    this.#warn = warn;
  }

  began(download: DriverDownload): void {
    const fileName = safeFileName(download.fileName);
    if (this.#newId === undefined) {
      this.#warn(`A download of the page ("${shortened(fileName, 100)}") was discarded as it came.`);
      return discard(download);
    }
    const kept = { downloadId: this.#newId(), fileName, download, isTold: false };
    this.#kept.set(kept.downloadId, kept);
    // It never rejects.
    void download.ended.then((end) => this.#onEnded(kept, end));
    for (const oldest of this.#kept.values()) {
      if (this.#kept.size <= DOWNLOADS_PER_TAB_MAX) break;
      this.#warn(`Older downloads of the tab gave way to newer ones: it keeps ${DOWNLOADS_PER_TAB_MAX}.`);
      this.#drop(oldest);
    }
  }

  /** The download of this id, with its safe name. */
  find(downloadId: string): KeptDownload | undefined {
    return this.#kept.get(downloadId);
  }

  /** What outcomes tell of each that began or came to its end since it was told; it is told by this. */
  takeNews(): ShownDownload[] {
    const untold = [...this.#kept.values()].filter(({ isTold }) => !isTold);
    for (const kept of untold) kept.isTold = true;
    return untold.map(shown);
  }

  /** Resolves when none of those that are not told yet is on its way, but waits for that only a moment. */
  async settled({ clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }): Promise<void> {
    if (signal.aborted || !this.#hasNewOnes()) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!this.#hasNewOnes()) end();
      };
      const end = (): void => {
        this.#waiting.delete(check);
        patience.cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const patience = clock.after(DOWNLOAD_WAIT_MS_MAX, end);
      signal.addEventListener('abort', end, { once: true });
      this.#waiting.add(check);
    });
  }

  /** The tab is gone, and what it downloaded with it. */
  end(): void {
    for (const kept of [...this.#kept.values()]) this.#drop(kept);
  }

  #onEnded(kept: KeptDownload, end: DownloadEnd): void {
    if (!this.#kept.has(kept.downloadId)) return;
    kept.isTold = false;
    if (end.state === 'failed') this.#warn(`The download "${shortened(kept.fileName, 100)}" failed. ${end.reason}`);
    this.#tell();
  }

  #hasNewOnes(): boolean {
    return [...this.#kept.values()].some(({ isTold, download }) => !isTold && download.state().state === 'in_progress');
  }

  #drop({ downloadId, download }: KeptDownload): void {
    this.#kept.delete(downloadId);
    discard(download);
    this.#tell();
  }

  #tell(): void {
    for (const check of [...this.#waiting]) check();
  }
}

/** When it cannot be discarded, it went with its browser. */
function discard(download: DriverDownload): void {
  download.discard().catch(() => undefined);
}

function shown({ downloadId, fileName, download }: KeptDownload): ShownDownload {
  return { downloadId, fileName, url: shortened(download.url, DOWNLOAD_URL_LENGTH_MAX), ...download.state() };
}

interface TabDownloadsPorts {
  /** Undefined when nobody can fetch them: each is discarded as it comes. */
  readonly newId: (() => string) | undefined;
  readonly warn: (sentence: string) => void;
}

/** A download of a tab, under the id and the name that are told of it. */
export interface KeptDownload {
  readonly downloadId: string;
  readonly fileName: string;
  readonly download: DriverDownload;
  isTold: boolean;
}

/** As the fields of `downloads` in outcomes. */
export type ShownDownload = { readonly downloadId: string; readonly fileName: string; readonly url: string } & (
  DownloadEnd | { readonly state: 'in_progress' }
);
