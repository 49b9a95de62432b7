import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.jsx': 'text/jsx',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

/** Serves the files of one installed npm package, and in their stead what the test gives for a path. */
export class PackageSite {
  readonly #folder: string;
  readonly #instead: Readonly<Record<string, string>>;
  readonly #server: Server;

  constructor(packageName: string, instead: Readonly<Record<string, string>> = {}) {
    this.#folder = fileURLToPath(new URL(`../node_modules/${packageName}`, import.meta.url));
    this.#instead = instead;
    this.#server = createServer(({ url = '/' }, response) => {
      const path = new URL(url, 'http://site.invalid').pathname;
      void this.#read(path).then((body) => {
        response.writeHead(body === undefined ? 404 : 200, { 'content-type': typeOf(path) });
        response.end(body);
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  url(path: string): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The site is not started.');
    return `http://127.0.0.1:${address.port}${path}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #read(path: string): Promise<Buffer | string | undefined> {
    const instead = this.#instead[path];
    if (instead !== undefined) return instead;
    const file = normalize(join(this.#folder, path.endsWith('/') ? `${path}index.html` : path));
    if (!file.startsWith(this.#folder)) return undefined;
    return readFile(file).catch(() => undefined);
  }
}

function typeOf(path: string): string {
  return TYPES[extname(path)] ?? (path.endsWith('/') ? 'text/html' : 'application/octet-stream');
}
