// One command a module. Where a tab is given, it lists the page of books that the tab shows.

/** @type {import('@telepat/otto-node-runtime').SiteCommand<{ limit?: number }>} */
export const command = {
  site: 'books.toscrape.com',
  id: 'listBooks',
  displayName: 'List books',
  description: 'Lists the books of a page of the shop: title, price, rating, and whether it is in stock.',
  tags: ['read', 'list'],
  startUrl: 'http://books.toscrape.com/',
  inputFields: [{ name: 'limit', type: 'number', description: 'How many books at most, 1 or more.', optional: true }],
  async execute({ input, page, fail }) {
    const { limit } = input;
    if (limit !== undefined && (!Number.isInteger(limit) || limit < 1)) {
      fail('invalid_limit', 'limit must be a whole number, 1 or more.');
    }
    const books = await page.evaluate(booksOfPage);
    if (!Array.isArray(books) || books.length === 0)
      return fail('no_books', 'The page that the tab shows lists no books.');
    return { url: await page.url(), books: books.slice(0, limit) };
  },
};

/** Runs in the page: it sees the page, and nothing that stands around it here. */
function booksOfPage() {
  const RATINGS = ['Zero', 'One', 'Two', 'Three', 'Four', 'Five'];
  return [...document.querySelectorAll('article.product_pod')].map((pod) => {
    const link = /** @type {HTMLAnchorElement | null} */ (pod.querySelector('h3 a[title]'));
    const stars = pod.querySelector('.star-rating')?.classList;
    const rating = RATINGS.findIndex((name) => stars?.contains(name));
    return {
      title: link?.title ?? '',
      url: link?.href ?? '',
      price: pod.querySelector('.price_color')?.textContent?.trim() ?? '',
      isInStock: pod.querySelector('.instock.availability') !== null,
      rating: rating < 0 ? null : rating,
    };
  });
}
