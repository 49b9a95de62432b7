import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

/** A shop: a list, an order form, a page that asks its own API, and one that never comes. */
export class ExampleSite {
  readonly #server: Server;
  readonly #files = new Map<string, { type: string; body: string }>();

  constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '/';
      if (path === '/slow') return;
      const { type, body } = this.#answer(path);
      response.setHeader('content-type', type);
      response.end(body);
    });
  }

  /** Serves a file as well, from now on. */
  add(path: string, type: 'text/html' | 'text/javascript', body: string): void {
    this.#files.set(path, { type: `${type}; charset=utf-8`, body });
  }

  async open(): Promise<void> {
    this.#server.listen(0);
    await once(this.#server, 'listening');
  }

  url(path: string): string {
    const address = this.#server.address();
    return `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}${path}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(path: string): { type: string; body: string } {
    if (path.startsWith('/api/')) return { type: 'application/json', body: '{"inStock":3}' };
    const body = PAGES[path] ?? '<title>Nothing</title><h1>Nothing</h1>';
    return this.#files.get(path) ?? { type: 'text/html; charset=utf-8', body };
  }
}

const PAGES: Readonly<Record<string, string>> = {
  '/': `<title>Teapots</title><main><h1>Teapots</h1><p>Made by hand.</p>
    <table><thead><tr><th>Pot</th><th>Price</th></tr></thead><tbody><tr><td>Red</td><td>12</td></tr></tbody></table></main>`,
  '/red': '<title>Red</title><h1>The red one</h1>',
  '/order': `<title>Order</title><main><form onsubmit="event.preventDefault();
      const { name, size, gift } = Object.fromEntries(new FormData(this));
      document.querySelector('main').textContent = 'Thank you, ' + name + ': ' + size + (gift ? ', as a gift' : '')">
      <label>Name <input name="name"></label>
      <label>Size <select name="size"><option>Small</option><option>Large</option></select></label>
      <label><input type="checkbox" name="gift"> Gift</label>
      <button>Order</button></form></main>`,
  '/stock': `<title>Stock</title><h1>Stock</h1><script>
    fetch('/api/stock').then((answer) => answer.json()).then(({ inStock }) => { document.title = inStock; });</script>`,
};
