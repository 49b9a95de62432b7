import { WatchedTab } from '@telepat/otto-node-runtime/testing';
import { POPUPS_REFUSED_MAX } from '@telepat/otto-protocol/limits';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PageFamily } from './page-family.js';
import { PopupArrivals, type BrowserTargets } from './popup-arrivals.js';

let browser: FakeTargets;
let arrivals: PopupArrivals;
/** Of the tab `root`, which is followed. */
let watcher: WatchedTab;
let reported: number;
let crashed: number;

beforeEach(() => {
  browser = new FakeTargets();
  arrivals = new PopupArrivals(() => Promise.resolve());
  watcher = new WatchedTab();
  reported = 0;
  crashed = 0;
  arrivals.follow(browser);
  browser.create('root');
  arrivals.adopt('root', {
    family: new PageFamily(),
    popupComing: () => {
      const coming = watcher.popupComing();
      return coming === undefined ? undefined : { coming, report: () => (reported += 1) };
    },
    crash: () => (crashed += 1),
  });
});

describe('a pop-up that downloads before it is followed', () => {
  it.each([[[]], [['']], [[':']], [['https://a.test/file']]])(
    'is nothing but a download when it showed %j, and is closed',
    (shown) => {
      browser.create('popup', 'root');
      for (const url of shown) browser.show('popup', url);

      browser.download('popup', 'https://a.test/file');

      expect(browser.closed).toEqual(['popup']);
      expect(reported).toBeGreaterThan(0);
    },
  );

  it.each(['https://a.test/page', 'about:blank'])('is a tab when it showed %s before, and stays', (url) => {
    browser.create('popup', 'root');
    browser.show('popup', url);

    browser.download('popup', 'https://a.test/file');

    expect(browser.closed).toEqual([]);
    expect(reported).toBe(0);
  });
});

describe('a flood of pop-ups', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  it('of a tab ends its page', () => {
    watcher.popupsMax = 0;
    for (let n = 1; n < POPUPS_REFUSED_MAX; n += 1) browser.create(`popup ${n}`, 'root');
    expect(crashed).toBe(0);

    browser.create('one more', 'root');

    expect(crashed).toBe(1);
  });

  it('of a pop-up that is on its way itself is laid to the tab that it comes from, and both are ended', () => {
    browser.create('popup', 'root');
    // Nobody wants what it opens.
    watcher.unwanted.abort();
    browser.closed.length = 0;
    for (let n = 1; n < POPUPS_REFUSED_MAX; n += 1) browser.create(`next ${n}`, 'popup');
    expect(crashed).toBe(0);

    browser.create('one more', 'popup');

    expect(crashed).toBe(1);
    expect(browser.closed).toEqual(['popup']);
  });
});

/** A browser that tells what a test says, and remembers what it was asked to close. */
class FakeTargets implements BrowserTargets {
  readonly closed: string[] = [];
  readonly #hearers = new Map<string, (event: never) => void>();

  on(name: string, hear: (event: never) => void): void {
    this.#hearers.set(name, hear);
  }

  send(_method: string, { targetId }: { targetId: string }): Promise<void> {
    this.closed.push(targetId);
    return Promise.resolve();
  }

  create(targetId: string, openerId?: string): void {
    const opener = openerId === undefined ? {} : { openerId };
    this.#tell('Target.targetCreated', { targetInfo: { targetId, type: 'page', url: '', ...opener } });
  }

  show(targetId: string, url: string): void {
    this.#tell('Target.targetInfoChanged', { targetInfo: { targetId, type: 'page', url } });
  }

  download(frameId: string, url: string): void {
    this.#tell('Browser.downloadWillBegin', { frameId, url });
  }

  #tell(name: string, event: object): void {
    // A test tells each event as the browser's protocol says.
    this.#hearers.get(name)?.(event as never);
  }
}
