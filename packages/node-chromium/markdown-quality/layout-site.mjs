import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const BASELINE_MS_MAX = 20_000;

/**
 * Serves saved pages on this machine. Of themselves they load nothing, from nowhere, and run none of their scripts (but
 * for those that are written to do so); the baseline runs in them as a script of the site, and posts what it made.
 *
 * @param {readonly SavedPage[]} pages
 */
export async function startLayoutSite(pages) {
  const script = await baselineScript();
  /** @type {Map<string, (made: BaselineAnswer) => void>} */
  const waiting = new Map();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://site').pathname;
    if (path === '/baseline.js') return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    if (path.startsWith('/baseline/')) {
      return void bodyOf(request).then((body) => {
        waiting.get(path.slice('/baseline'.length))?.(JSON.parse(body));
        response.writeHead(204).end();
      });
    }
    const page = pages.find(({ name }) => path === `/${name}/`);
    if (page === undefined) return void response.writeHead(404).end();
    const scriptUrl = `http://${request.headers.host ?? ''}/baseline.js`;
    void withBaseline(page, scriptUrl).then((html) => response.writeHead(200, headersOf(page, html)).end(html));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The site is not started.');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    /** @param {SavedPage} page */
    urlOf: ({ name }) => `${origin}/${name}/`,
    /**
     * What the baseline makes of a page; to be called before the page is opened.
     * @param {SavedPage} page
     * @returns {Promise<BaselineAnswer>}
     */
    baselineOf: ({ name }) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`The baseline never answered in ${name}.`)), BASELINE_MS_MAX);
        waiting.set(`/${name}/`, (made) => {
          clearTimeout(timer);
          resolve(made);
        });
      }),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function baselineScript() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../in-page/baseline.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
  });
  return outputFiles[0]?.text ?? '';
}

/**
 * The page as it was saved, with the script at its beginning, where nothing that the page leaves open swallows it. The
 * address is absolute, for the page may have a base of its own.
 *
 * @param {SavedPage} page
 * @param {string} scriptUrl
 */
async function withBaseline({ file }, scriptUrl) {
  const html = await readFile(file);
  const script = Buffer.from(`<script src="${scriptUrl}"></script>`);
  const head = /<head(?:\s[^>]*)?>/i.exec(html.toString('latin1'));
  const at = head === null ? html.length : head.index + head[0].length;
  return Buffer.concat([html.subarray(0, at), script, html.subarray(at)]);
}

/**
 * @param {SavedPage} page
 * @param {Buffer} html
 */
function headersOf({ runsScripts = false }, html) {
  const scripts = runsScripts ? "'self' 'unsafe-inline'" : "'self'";
  return {
    'content-type': `text/html${isUtf8(html) ? '; charset=utf-8' : ''}`,
    'content-security-policy': `default-src 'none'; script-src ${scripts}; style-src 'unsafe-inline'; connect-src 'self'`,
  };
}

/** @param {Buffer} bytes */
function isUtf8(bytes) {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    // Another encoding, which the page names itself.
    return false;
  }
}

/** @param {AsyncIterable<Buffer>} request */
async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * @typedef {{ name: string, file: string, runsScripts?: boolean }} SavedPage
 * @typedef {{ markdown: string, facts: import('./kept-facts.mjs').PageFacts, browser: string }} BaselineAnswer
 */
