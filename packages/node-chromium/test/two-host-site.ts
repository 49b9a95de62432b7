import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A site of the pages that a test gives it, under two hosts, which to a browser are two sites. */
export class TwoHostSite {
  readonly #server: Server;

  constructor(pages: Readonly<Record<string, SitePage>>) {
    this.#server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://site');
      const page = pages[pathname];
      if (typeof page === 'function') page(response, request);
      else if (page === undefined) response.writeHead(404, HTML).end(html('Not here', '<h1>Nothing here</h1>'));
      else response.writeHead(200, HTML).end(page.replaceAll('{port}', String(this.#port)));
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  url(path: string, host: '127.0.0.1' | 'localhost' = '127.0.0.1'): string {
    return `http://${host}:${this.#port}${path}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get #port(): number {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The site is not started.');
    return address.port;
  }
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };

/** A whole page; `{port}` in it becomes the port of the site. */
export function html(title: string, body: string): string {
  return `<!DOCTYPE html>\n<html lang="en"><head><title>${title}</title></head><body>${body}</body></html>`;
}

/** A page, or what answers the request itself. */
export type SitePage = string | ((response: ServerResponse, request: IncomingMessage) => void);
