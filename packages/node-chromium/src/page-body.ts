import type { PageWatcher } from '@telepat/otto-node-runtime';
import type { CDPSession, Page } from 'playwright-core';
import type { BrowserDownloads } from './downloads/browser-downloads.js';
import { ReportedDownloads } from './downloads/reported-downloads.js';
import type { EarlyDialogs } from './early-dialogs.js';
import { ElementFinder } from './element-finder.js';
import type { ElementRefs } from './element-refs.js';
import { FrameSearch } from './frame-search.js';
import type { BodyBudget } from './network/body-budget.js';
import { PageNetwork } from './network/page-network.js';
import { PageActor } from './page-actor.js';
import { PageDialogs } from './page-dialogs.js';
import { PageDocuments } from './page-documents.js';
import type { PageFamily } from './page-family.js';
import { PageNavigator } from './page-navigator.js';
import { PageReader } from './page-reader.js';
import { PageSettling } from './page-settling.js';

/**
 * A page of playwright's, and everything that follows it and works on it. It does not outlive a crash: playwright knows
 * no such page any more, even when the browser has loaded it again.
 */
export class PageBody {
  readonly targetId: string;
  readonly page: Page;
  readonly session: CDPSession;
  readonly documents: PageDocuments;
  readonly dialogs: PageDialogs;
  readonly navigator: PageNavigator;
  readonly reader: PageReader;
  readonly settling: PageSettling;
  readonly search: FrameSearch;
  readonly finder: ElementFinder;
  readonly actor: PageActor;
  readonly network: PageNetwork;
  readonly #downloads: BrowserDownloads;
  readonly #reported = new ReportedDownloads();
  readonly #watcher: PageWatcher;

  readonly #family: PageFamily;
  #leaveFamily = (): void => undefined;

  constructor({ targetId, page, session, early, family, watcher, bodyBudget, downloads, refs }: BodyParts) {
    this.targetId = targetId;
    this.#downloads = downloads;
    this.#watcher = watcher;
    this.page = page;
    this.session = session;
    this.documents = new PageDocuments(session, page.url());
    this.#family = family;
    this.dialogs = new PageDialogs({ page, session, watcher, early, family });
    const reported = this.#reported;
    this.navigator = new PageNavigator({ page, session, documents: this.documents, dialogs: this.dialogs, reported });
    this.reader = new PageReader(session);
    this.settling = new PageSettling({ session, documents: this.documents, reader: this.reader, reported });
    this.search = new FrameSearch(page);
    this.finder = new ElementFinder({ page, refs, search: this.search });
    this.actor = new PageActor({
      page,
      session,
      documents: this.documents,
      settling: this.settling,
      finder: this.finder,
    });
    this.network = new PageNetwork({
      budget: bodyBudget,
      openSession: () => page.context().newCDPSession(page),
      pageUrl: () => this.documents.url,
    });
  }

  /** Starts to follow the page, in the very moment in which it is known; nothing works on it before this resolves. */
  async begin({ onClosed, onCrashed }: BodyEnds): Promise<void> {
    // One that is gone joins nothing: nobody would take it out again.
    if (this.page.isClosed()) return onClosed();
    this.page.once('close', onClosed);
    this.session.on('Inspector.targetCrashed', onCrashed);
    this.#leaveFamily = this.#family.join(this);
    this.dialogs.begin();
    this.#downloads.watch(this.page, (download) => {
      this.#watcher.downloadBegan(download);
      this.#reported.report();
    });
    await this.session.send('Inspector.enable');
    await this.documents.begin();
    this.settling.begin();
  }

  /** It is gone, or has crashed: whoever waits for something of it is told. */
  end(reason: 'tab_closed' | 'tab_crashed'): void {
    this.network.detach(reason);
    this.#downloads.unwatch(this.page);
    this.dialogs.gone();
    this.#leaveFamily();
  }
}

interface BodyEnds {
  readonly onClosed: () => void;
  readonly onCrashed: () => void;
}

interface BodyParts {
  readonly targetId: string;
  readonly page: Page;
  readonly session: CDPSession;
  readonly early: EarlyDialogs;
  /** The pages that may share its process. */
  readonly family: PageFamily;
  readonly watcher: PageWatcher;
  /** What bodies of intercepted responses may take of memory, in all tabs. */
  readonly bodyBudget: BodyBudget;
  readonly downloads: BrowserDownloads;
  readonly refs: ElementRefs;
}
