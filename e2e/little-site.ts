import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

/** A site for the browser: a page that a script fills, one that never answers, and a count of who asked. */
export class LittleSite {
  readonly #server: Server;
  readonly asked: string[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '/';
      this.asked.push(path);
      if (path === '/never') return;
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(PAGES[path] ?? '<title>Nothing</title>');
    });
  }

  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  url(path: string): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}${path}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const PAGES: Readonly<Record<string, string>> = {
  '/': `<title>Harbour</title><h1>Harbour</h1><ul id="list"></ul><script>
    list.innerHTML = ['north', 'south'].map((pier) => '<li>' + pier + ' pier</li>').join('');</script>`,
  '/example': `<title>Example Domain</title><main><h1>Example Domain</h1><p>This is for use in documents.</p>
    <a href="/form">More information</a></main>`,
  '/form': `<title>Form</title><main>Moored</main>
    <button onclick="document.body.textContent = 'At sea'">Cast off</button>`,
  // More than a pipe takes at once.
  '/long': `<title>Long</title><p>${'long '.repeat(50_000)}</p>`,
  '/escapes': '<title>Escapes</title><p>before\u001b]0;owned\u0007after</p>',
};
