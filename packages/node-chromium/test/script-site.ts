import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { gzipSync } from 'node:zlib';

/** A site whose pages run a script that a test gives them and report what comes of it. Its answers are under `/api/`. */
export class ScriptSite {
  readonly #server: Server = createServer((request, response) => this.#answer(request, response));
  readonly #upgraded = new Set<Duplex>();
  readonly #reports = new Map<string, (value: unknown) => void>();
  #count = 0;

  async start(): Promise<void> {
    this.#server.on('upgrade', (request, socket) => {
      this.#upgraded.add(socket);
      if (request.url !== '/api/socket') return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash('sha1').update(key).digest('base64');
      const lines = ['HTTP/1.1 101 Switching Protocols', 'upgrade: websocket', 'connection: upgrade'];
      socket.write([...lines, 'set-cookie: ws=s3cret', `sec-websocket-accept: ${accept}`, '', ''].join('\r\n'));
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  /** An address of the site; as `localhost` it is another site to the browser. */
  url(path: string, host = '127.0.0.1'): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The site is not started.');
    return `http://${host}:${address.port}${path}`;
  }

  /** A page that runs the body of an async function, and what that gives. Markup may stand before it. */
  script(js: string, { html = '', path = '/page' } = {}): { url: string; report: Promise<unknown> } {
    const id = String(++this.#count);
    const report = new Promise((resolve) => this.#reports.set(id, resolve));
    const query = new URLSearchParams({ id, js, html });
    return { url: this.url(`${path}?${query}`), report };
  }

  async stop(): Promise<void> {
    for (const socket of this.#upgraded) socket.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
    if (pathname === '/report') return this.#report(request, response, searchParams.get('id') ?? '');
    if (pathname === '/page') return void response.writeHead(200, HTML).end(pageOf(searchParams));
    const answer = ANSWERS[pathname];
    if (answer !== undefined) return answer(response, request, searchParams);
    response.writeHead(404, JSON_TYPE).end('{"found":false}');
  }

  #report(request: IncomingMessage, response: ServerResponse, id: string): void {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      response.writeHead(204).end();
      this.#reports.get(id)?.(JSON.parse(text));
    });
  }
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const JSON_TYPE = { 'content-type': 'application/json' };
const PLAIN = { 'content-type': 'text/plain' };

/** The smallest picture. */
export const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

function pageOf(query: URLSearchParams): string {
  const run = `(async () => {
    const report = (value) => fetch('/report?id=${query.get('id')}', { method: 'POST', body: JSON.stringify(value ?? null) });
    try { await report(await (async () => { ${query.get('js')} })()); } catch (error) { await report(String(error)); }
  })()`;
  return `<!DOCTYPE html><title>Page</title>${query.get('html')}<script>${run}</script>`;
}

type Answer = (response: ServerResponse, request: IncomingMessage, query: URLSearchParams) => void;

const ANSWERS: Readonly<Record<string, Answer>> = {
  '/': (response) => void response.writeHead(200, HTML).end('<!DOCTYPE html><title>Start</title><h1>Start</h1>'),
  '/favicon.ico': (response) => void response.writeHead(204).end(),
  '/api/item': (response, _request, query) =>
    void response.writeHead(200, JSON_TYPE).end(JSON.stringify({ id: Number(query.get('id') ?? 0) })),
  '/api/text': (response) => void response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('tästä'),
  '/api/latin': (response) =>
    void response
      .writeHead(200, { 'content-type': 'text/plain; charset=iso-8859-1' })
      .end(Buffer.from('caf\xe9', 'latin1')),
  '/api/bytes': (response) =>
    void response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(Buffer.from([0, 255, 1, 254])),
  '/api/liar': (response) => void response.writeHead(200, PLAIN).end(Buffer.from([0xff, 0xfe, 0xc0, 0x80])),
  '/api/gzip': (response) =>
    void response.writeHead(200, { ...PLAIN, 'content-encoding': 'gzip' }).end(gzipSync('z'.repeat(5_000))),
  '/api/large': (response, _request, query) =>
    void response.writeHead(200, PLAIN).end('x'.repeat(Number(query.get('bytes')))),
  '/api/picture': (response) => void response.writeHead(200, { 'content-type': 'image/gif' }).end(PIXEL),
  '/api/script.js': (response) =>
    void response.writeHead(200, { 'content-type': 'text/javascript' }).end('window.loaded = true'),
  '/api/worker.js': (response) =>
    void response
      .writeHead(200, { 'content-type': 'text/javascript' })
      .end('setInterval(() => fetch("/api/item?id=77").then((r) => r.json()).then(({ id }) => postMessage(id)), 50)'),
  '/api/document': (response) => void response.writeHead(200, HTML).end('<p>a document</p>'),
  '/api/none': (response) => void response.writeHead(204).end(),
  '/api/error': (response) => void response.writeHead(500, JSON_TYPE).end('{"ok":false}'),
  '/api/empty': (response) => void response.writeHead(200, { ...PLAIN, 'content-length': '0' }).end(),
  '/api/redirect': (response, _request, query) =>
    void response.writeHead(302, { location: query.get('to') ?? '/api/item', 'set-cookie': 'hop=s3cret' }).end(),
  '/api/tagged': (response, request) => {
    if (request.headers['if-none-match'] === '"1"') return void response.writeHead(304, { etag: '"1"' }).end();
    response.writeHead(200, { ...PLAIN, etag: '"1"', 'cache-control': 'no-cache' }).end('tagged');
  },
  '/api/cached': (response) =>
    void response.writeHead(200, { ...PLAIN, 'cache-control': 'max-age=3600' }).end('cached'),
  '/api/secret': (response) =>
    void response
      .writeHead(200, { ...JSON_TYPE, 'Set-Cookie': ['session=s3cret-cookie; HttpOnly', 'other=s3cret-too'] })
      .end('{"seen":true}'),
  // The first part comes at once, and the rest never.
  '/api/half': (response) => {
    response.writeHead(200, { ...PLAIN, 'content-length': '10' });
    response.write('12345');
  },
  '/api/endless': (response) => {
    response.writeHead(200, PLAIN);
    response.write('and on');
  },
  '/api/events': (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: first\n\n');
  },
  // In a folder of its own: a browser sends what it knows to everything in it.
  '/locked/api/page': (response, request) => {
    if (request.headers.authorization === `Basic ${Buffer.from('ann:s3cret').toString('base64')}`)
      return void response.writeHead(200, HTML).end('<p>unlocked</p>');
    response.writeHead(401, { ...PLAIN, 'www-authenticate': 'Basic realm="locked"' }).end('locked');
  },
  '/api/silent': () => undefined,
  '/api/cross': (response) =>
    void response.writeHead(200, { ...JSON_TYPE, 'access-control-allow-origin': '*' }).end('{"cross":true}'),
  '/sw.js': (response) =>
    void response.writeHead(200, { 'content-type': 'text/javascript' }).end(`
      oninstall = () => skipWaiting();
      onactivate = (event) => event.waitUntil(clients.claim());
      onfetch = (event) => {
        if (event.request.url.endsWith('/api/made-up')) {
          event.respondWith(new Response('made up', { headers: { 'content-type': 'text/plain' } }));
        }
      };
    `),
};
