import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserAtHosts } from '../packages/node-chromium/test/browser-at-hosts.js';
import { ScrapeSites } from '../packages/node-chromium/test/scrape-sites.js';
import { LittleSite } from './little-site.js';
import { OttoHome } from './otto-home.js';
import { OTTO, OttoRun, type Ended } from './otto-run.js';

const BASH = ['bash', '-o', 'pipefail', '-c'];

/** Ids as the documents write them, by their prefix; a reader puts in what was printed last. */
const PLACEHOLDER = /\b(clt|tab|req|sub|node)_(…|[0-9a-f]{6,12}\b)/g;

/** Lists cut ids short; the beginning of a request's or a subscription's will do. */
const WHOLE_ID = /\b(?:clt_\w{22}|tab_[0-9a-f]{32}|node_[0-9a-f]{16}|(?:req|sub)_[0-9a-f]{6,})\b/g;

/**
 * A reader with a machine of their own, who types what a document says: `otto` is a program of theirs, `~` is empty at first,
 * and example.com and the sites of the bundled commands answer without a network.
 */
export class DocumentRun {
  readonly #site = new LittleSite();
  readonly #sites = new ScrapeSites();
  /** Where the reader is at home, and types. */
  readonly #folder = mkdtempSync(join(tmpdir(), 'otto-reader-'));
  #home: OttoHome | undefined;
  #env: Readonly<Record<string, string>> = {};
  /** What goes on in other terminals. */
  #beside: { line: string; run: OttoRun }[] = [];
  /** The newest id that was printed, by its prefix. */
  readonly #seen = new Map<string, string>();
  #ref = 'e1';

  async open(): Promise<void> {
    await this.#site.open();
    await this.#sites.start();
    this.#home = new OttoHome({ OTTO_RELAY_PORT: String(await freePort()) });
    const bin = join(this.#folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'otto'), `#!/bin/sh\nexec ${OTTO.map((word) => `'${word}'`).join(' ')} "$@"\n`, {
      mode: 0o700,
    });
    const browser = await browserAtHosts(this.#folder, { hosts: ['*.toscrape.com'], port: this.#sites.port });
    this.#env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: this.#folder, OTTO_BROWSER: browser };
  }

  async close(): Promise<void> {
    await this.endBeside();
    await this.#home?.close();
    this.#site.close();
    await this.#sites.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Types a line and waits for its end. */
  async type(line: string): Promise<Ended> {
    const ended = await this.#run(this.#filledIn(line)).ended;
    this.#remember(ended.stdout);
    return ended;
  }

  /** Types a line into another terminal, and waits until it says what is looked for. */
  async typeBeside(line: string, says: RegExp): Promise<void> {
    // Ctrl+C is for the program, not for the shell; env knows variables before it, which exec does not.
    const run = this.#run(`exec env ${this.#filledIn(line)}`);
    this.#beside.push({ line, run });
    this.#remember(await run.said(says));
  }

  isBeside(pattern: RegExp): boolean {
    return this.#beside.some(({ line }) => pattern.test(line));
  }

  /** Ctrl+C in the other terminals; the codes with which they ended, by line. */
  async endBeside(which = /./): Promise<Record<string, number | null>> {
    const chosen = this.#beside.filter(({ line }) => which.test(line));
    this.#beside = this.#beside.filter(({ line }) => !which.test(line));
    const codes = chosen.map(async ({ line, run }) => {
      run.signal('SIGINT');
      return [line, (await run.ended).code] as const;
    });
    return Object.fromEntries(await Promise.all(codes));
  }

  #run(line: string): OttoRun {
    if (this.#home === undefined) throw new Error('open it first');
    return new OttoRun([line], { env: { ...this.#home.env, ...this.#env }, cwd: this.#folder, otto: BASH });
  }

  #filledIn(line: string): string {
    return line
      .replaceAll(PLACEHOLDER, (typed, prefix: string) => this.#seen.get(prefix) ?? typed)
      .replaceAll(/\be12\b/g, this.#ref)
      .replaceAll('https://example.com', this.#site.url('/example'))
      .replaceAll('--site example.com', '--site 127.0.0.1')
      .replaceAll('/tmp/', `${this.#folder}/`);
  }

  #remember(text: string): void {
    for (const [id] of text.matchAll(WHOLE_ID)) this.#seen.set(id.slice(0, id.indexOf('_')), id);
    this.#ref = [...text.matchAll(/\[ref=(e\d+)\]/g)].at(-1)?.[1] ?? this.#ref;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
