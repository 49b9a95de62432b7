import type { CDPSession } from 'playwright-core';
import { until } from './until.js';

/** How far a document has come, in the words of the browser. */
export type DocumentState = 'DOMContentLoaded' | 'load' | 'networkIdle';

/** Follows the documents of a page's main frame: which one is there now, and how far it has come. */
export class PageDocuments {
  readonly #session: CDPSession;
  /** The last loaders, oldest first; a document is known by its loader. */
  #loaders: string[] = [];
  #reached = new Set<string>();
  #url: string;
  #mainFrameId = '';
  #moves = 0;
  #change = newChange();

  constructor(session: CDPSession, url: string) {
    this.#session = session;
    this.#url = url;
  }

  /** The address of the document that is there now. */
  get url(): string {
    return this.#url;
  }

  get mainFrameId(): string {
    return this.#mainFrameId;
  }

  /** The document that is there now. */
  get loaderId(): string {
    return this.#loaders.at(-1) ?? '';
  }

  /** Whether the document that is there now has come as far as this. */
  has(state: DocumentState): boolean {
    return this.#reached.has(state);
  }

  /** How often a document has changed its address without being replaced. */
  get moves(): number {
    return this.#moves;
  }

  /** Starts to follow. */
  async begin(): Promise<void> {
    await this.#session.send('Page.enable');
    const { frameTree } = await this.#session.send('Page.getFrameTree');
    this.#mainFrameId = frameTree.frame.id;
    this.#onDocument(frameTree.frame);
    this.#session.on('Page.frameNavigated', ({ frame }) => {
      if (frame.id === this.#mainFrameId) this.#onDocument(frame);
    });
    this.#session.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      if (frameId === this.#mainFrameId) this.#onMove(url);
    });
    this.#session.on('Page.lifecycleEvent', ({ frameId, loaderId, name }) => {
      if (frameId === this.#mainFrameId) this.#onState(name, loaderId);
    });
    await this.#session.send('Page.setLifecycleEventsEnabled', { enabled: true });
  }

  /**
   * Waits until the document of `loaderId` is there, or one that replaced it (a page may send its visitor on), and
   * until the one that is there then has come as far as `state`.
   */
  async reached(loaderId: string, state: DocumentState | undefined, signals: readonly AbortSignal[]): Promise<void> {
    while (!this.#loaders.includes(loaderId) || (state !== undefined && !this.#reached.has(state))) {
      await until(this.#change.promise, signals);
    }
  }

  /** Waits until a document has changed its address after there were so many moves. */
  async moved(moves: number, signals: readonly AbortSignal[]): Promise<void> {
    while (this.#moves === moves) await until(this.#change.promise, signals);
  }

  /** Waits until another document is there, or the same one has changed its address. */
  async left(before: { loaderId: string; moves: number }, signals: readonly AbortSignal[]): Promise<void> {
    while (this.loaderId === before.loaderId && this.#moves === before.moves) {
      await until(this.#change.promise, signals);
    }
  }

  /** Waits until the document of `loaderId` is there no more. */
  async replaced(loaderId: string, signals: readonly AbortSignal[]): Promise<void> {
    while (this.loaderId === loaderId) await until(this.#change.promise, signals);
  }

  #onMove(url: string): void {
    this.#url = url;
    this.#moves += 1;
    this.#tell();
  }

  #onDocument({ loaderId, url, urlFragment }: { loaderId: string; url: string; urlFragment?: string }): void {
    this.#url = url + (urlFragment ?? '');
    if (this.#loaders.at(-1) === loaderId) return;
    this.#loaders = [...this.#loaders.slice(-LOADERS_MAX + 1), loaderId];
    this.#reached = new Set();
    this.#tell();
  }

  #onState(name: string, loaderId: string): void {
    // Late news of a document that is gone does not matter.
    if (this.#loaders.at(-1) !== loaderId) return;
    this.#reached.add(name);
    this.#tell();
  }

  #tell(): void {
    const change = this.#change;
    this.#change = newChange();
    change.resolve();
  }
}

const LOADERS_MAX = 50;

function newChange(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
