import { createServer } from 'node:http';

/** A site on this machine with the pages that a test gives it. It remembers what it was asked for. */
export class PageSite {
  readonly requests: string[] = [];
  readonly #pages: Readonly<Record<string, string>>;
  readonly #server = createServer((request, response) => {
    const path = request.url ?? '/';
    this.requests.push(path);
    const html = this.#pages[path];
    response.writeHead(html === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
  });

  constructor(pages: Readonly<Record<string, string>>) {
    this.#pages = pages;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  url(path: string): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The site is not started.');
    return `http://127.0.0.1:${address.port}${path}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
