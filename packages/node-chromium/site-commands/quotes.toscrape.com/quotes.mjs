// A site with its commands in one module: they share where they start, and how to find out whether somebody is logged in.

const START = 'http://quotes.toscrape.com/';
const PAGES_MAX = 50;

/** @type {import('@telepat/otto-node-runtime').SiteModule} */
export const site = {
  site: 'quotes.toscrape.com',
  startUrl: START,
  login: {
    // Every page shows it, so that a page that does not may be one of another kind: then the start page is asked.
    probeUrl: START,
    isLoggedIn: ({ page }) => page.has('a[href="/logout"]'),
  },
  commands: [
    {
      id: 'searchQuotes',
      displayName: 'Search quotes',
      description: 'Finds quotes by their tag, page by page.',
      tags: ['read', 'search'],
      inputFields: [
        { name: 'tag', type: 'string', description: 'The tag, such as "love".' },
        {
          name: 'pages',
          type: 'number',
          description: `Pages to read, 1 to ${PAGES_MAX}. One by default.`,
          optional: true,
        },
      ],
      timeoutPolicy: {
        defaultMs: 20_000,
        scaling: { inputField: 'pages', baseMs: 15_000, perUnitMs: 5_000, maxMs: 300_000 },
      },
      async execute({ input: { tag, pages = 1 }, page, log, fail }) {
        if (!Number.isInteger(pages) || Number(pages) < 1 || Number(pages) > PAGES_MAX) {
          fail('invalid_pages', `pages must be a whole number from 1 to ${PAGES_MAX}.`);
        }
        const quotes = [];
        let next = `${START}tag/${encodeURIComponent(String(tag))}/`;
        let pagesRead = 0;
        while (next !== '' && pagesRead < Number(pages)) {
          await page.goto(next);
          const found = /** @type {ReturnType<typeof quotesOfPage>} */ (await page.evaluate(quotesOfPage));
          quotes.push(...found.quotes);
          next = found.next;
          pagesRead += 1;
          log(`page ${pagesRead}: ${found.quotes.length} quotes`);
        }
        return { quotes, pagesRead, hasMore: next !== '' };
      },
    },
    {
      id: 'listAuthorPages',
      displayName: 'List pages of authors',
      description: 'Lists the pages of the authors elsewhere, which the site shows only to those who are logged in.',
      tags: ['read', 'list', 'login'],
      requiresAuth: true,
      async execute({ page }) {
        await page.goto(START);
        return { authors: await page.evaluate(authorsOfPage) };
      },
      // A try does not leave the page that the tab shows.
      test: async ({ page }) => ({ authors: await page.evaluate(authorsOfPage) }),
    },
  ],
};

/** Runs in the page. */
function quotesOfPage() {
  const next = /** @type {HTMLAnchorElement | null} */ (document.querySelector('li.next a'));
  const quotes = [...document.querySelectorAll('.quote')].map((quote) => ({
    text: quote.querySelector('.text')?.textContent?.trim() ?? '',
    author: quote.querySelector('.author')?.textContent?.trim() ?? '',
    tags: [...quote.querySelectorAll('.tags .tag')].map((tag) => tag.textContent?.trim() ?? ''),
  }));
  return { quotes, next: next?.href ?? '' };
}

/** Runs in the page. */
function authorsOfPage() {
  /** @type {Map<string, string>} */
  const pages = new Map();
  for (const quote of document.querySelectorAll('.quote')) {
    const name = quote.querySelector('.author')?.textContent?.trim() ?? '';
    const link = [...quote.querySelectorAll('a')].find((one) => one.textContent?.includes('Goodreads page'));
    if (link !== undefined && !pages.has(name)) pages.set(name, link.href);
  }
  return [...pages].map(([name, url]) => ({ name, url }));
}
