import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ChromiumDriver } from '../src/index.js';
import { launchTestBrowser } from './test-browser.js';

/** A browser for the tests of one file, and the site that they go to; both end with the file. */
export function browserAt(site: TestSite): TestBrowser {
  let driver: ChromiumDriver | undefined;
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    await site.start();
    driver = await launchTestBrowser();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((page) => page.close()));
  });

  afterAll(async () => {
    await driver?.close();
    await site.stop();
  });

  return {
    opened,
    get driver() {
      if (driver === undefined) throw new Error('The browser is there in tests only.');
      return driver;
    },
  };
}

interface TestSite {
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface TestBrowser {
  readonly driver: ChromiumDriver;
  /** What is put in here is closed after the test. */
  readonly opened: { close(): Promise<void> }[];
}
