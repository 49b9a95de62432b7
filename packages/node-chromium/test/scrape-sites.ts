import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Two sites that are made to be practised on, books.toscrape.com and quotes.toscrape.com, as far as our commands use
 * them: the structure is theirs, the words are ours; and example.com, for the template. Which one is asked for is told
 * by the Host header.
 */
export class ScrapeSites {
  /** Hosts and paths that were asked for, in order. */
  readonly asked: string[] = [];
  readonly #server = createServer((request, response) => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    this.asked.push(`${host}${request.url ?? ''}`);
    if (host === 'books.toscrape.com') return void html(response, BOOKS);
    if (host === 'quotes.toscrape.com') return answerQuotes(request, response);
    if (host === 'example.com') return void html(response, EXAMPLE);
    response.writeHead(404).end();
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The sites are not started.');
    return address.port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function html(response: ServerResponse, body: string, headers: Readonly<Record<string, string>> = {}): void {
  const page = `<!DOCTYPE html><html lang="en"><head><title>Practice</title></head><body>${body}</body></html>`;
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(page);
}

const EXAMPLE = '<h1>Harbour</h1><h2>Piers</h2><h2> Boats </h2>';

const SHELF = [
  { title: 'The Lamp on the Long Pier', price: '£21.50', stars: 'Four', isInStock: true },
  { title: 'A Short History of Rope', price: '£9.99', stars: 'One', isInStock: true },
  { title: 'Winter Tides & Other Letters', price: '£47.20', stars: 'Five', isInStock: false },
];

const BOOKS = `<div class="page_inner"><section><ol class="row">${SHELF.map(
  ({ title, price, stars, isInStock }, index) => `<li><article class="product_pod">
    <div class="image_container"><a href="catalogue/book_${index}/index.html"><img alt="" class="thumbnail"></a></div>
    <p class="star-rating ${stars}"><i class="icon-star"></i></p>
    <h3><a href="catalogue/book_${index}/index.html" title="${title.replace('&', '&amp;')}">${title.slice(0, 12)} ...</a></h3>
    <div class="product_price"><p class="price_color">${price}</p>
      <p class="${isInStock ? 'instock' : 'outofstock'} availability"><i></i> ${isInStock ? 'In stock' : 'Sold out'} </p>
    </div></article></li>`,
).join('')}</ol><ul class="pager"><li class="next"><a href="catalogue/page-2.html">next</a></li></ul></section></div>`;

const QUOTES = ['Salt keeps.', 'Wind asks.', 'Nets wait.', 'Ropes remember.', 'Gulls know.'].map((text, index) => ({
  text,
  author: ['Ada Pell', 'Jon Ferris'][index % 2] ?? '',
  tags: ['sea', index < 2 ? 'short' : 'long'],
}));

const PER_PAGE = 2;
const SESSION = 'session=reader';

function answerQuotes(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'http://site');
  const isLoggedIn = (request.headers.cookie ?? '').includes(SESSION);
  if (pathname === '/login' && request.method === 'POST') {
    request.resume();
    response.writeHead(302, { location: '/', 'set-cookie': `${SESSION}; Path=/` }).end();
    return;
  }
  if (pathname === '/login') return html(response, header({ isLoggedIn }) + LOGIN_FORM);
  if (pathname === '/logout') {
    response.writeHead(302, { location: '/', 'set-cookie': 'session=; Path=/; Max-Age=0' }).end();
    return;
  }
  const [, tag, page = '1'] = /^\/tag\/([^/]+)\/(?:page\/(\d+)\/)?$/.exec(pathname) ?? [];
  const found = QUOTES.filter(({ tags }) => tag === undefined || tags.includes(tag));
  const last = Number(page) * PER_PAGE;
  const shown = found.slice(last - PER_PAGE, last);
  const list = shown.map((quote) => quoteBlock(quote, { isLoggedIn })).join('') || 'No quotes found!';
  const next =
    found.length > last ? `<li class="next"><a href="/tag/${tag}/page/${Number(page) + 1}/">Next</a></li>` : '';
  html(
    response,
    `${header({ isLoggedIn })}<div class="col-md-8">${list}<nav><ul class="pager">${next}</ul></nav></div>`,
  );
}

function header({ isLoggedIn }: { isLoggedIn: boolean }): string {
  const door = isLoggedIn ? '<a href="/logout">Logout</a>' : '<a href="/login">Login</a>';
  return `<div class="row header-box"><h1><a href="/">Quotes to Scrape</a></h1><p>${door}</p></div>`;
}

const LOGIN_FORM = `<form action="/login" method="post"><input type="text" id="username" name="username">
  <input type="password" id="password" name="password"><input type="submit" value="Login"></form>`;

function quoteBlock({ text, author, tags }: (typeof QUOTES)[number], { isLoggedIn }: { isLoggedIn: boolean }): string {
  const slug = author.replace(' ', '-');
  const elsewhere = isLoggedIn ? ` - <a href="http://goodreads.com/author/show/1.${slug}">(Goodreads page)</a>` : '';
  const labels = tags.map((tag) => `<a class="tag" href="/tag/${tag}/page/1/">${tag}</a>`).join(' ');
  return `<div class="quote"><span class="text">“${text}”</span>
    <span>by <small class="author">${author}</small> <a href="/author/${slug}">(about)</a>${elsewhere}</span>
    <div class="tags">Tags: ${labels}</div></div>`;
}
