import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SITE_DATA, SITE_PAGES, pageHtml } from './site-pages.js';

/** Longest time for which a page's data may be asked to wait. */
const DELAY_MS_MAX = 5_000;

/** Serves the demo's little site on a free port of this machine, for as long as the demo runs. */
export async function startDemoSite(): Promise<DemoSite> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** `?delayMs=` holds the data of a page back, so that a command takes a time that one can see. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const page = SITE_PAGES[url.pathname];
  const data = SITE_DATA[url.pathname];
  if (page !== undefined) {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(pageHtml(page));
  } else if (data !== undefined) {
    response.setHeader('content-type', 'application/json');
    setTimeout(() => response.end(JSON.stringify(data)), delayOf(url));
  } else {
    response.statusCode = 404;
    response.end();
  }
}

function delayOf(url: URL): number {
  const delayMs = Number(url.searchParams.get('delayMs') ?? 0);
  return Number.isFinite(delayMs) ? Math.min(Math.max(delayMs, 0), DELAY_MS_MAX) : 0;
}

export interface DemoSite {
  readonly url: string;
  close(): Promise<void>;
}
