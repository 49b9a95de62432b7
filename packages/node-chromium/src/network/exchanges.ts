import type { INTERCEPT_FAULTS } from '@telepat/otto-protocol';
import { BodyReader } from './body-reader.js';
import type { BodyBudget } from './body-budget.js';
import type { Capture } from './capture.js';
import { Exchange, type ExchangeHeaders } from './exchange.js';
import { ExtraHeaders } from './extra-headers.js';
import type { NetworkEvent, NetworkHandlers, NetworkResponse } from './network-events.js';
import type { TargetSession } from './target-session.js';

/** Requests of one page that are followed at a time, and the characters of their addresses and headers together. */
const EXCHANGES_MAX = 4_000;
const EXCHANGES_CHARS_MAX = 64_000_000;

/** A response that has not come to its end so long after its beginning is told of as it is. */
const UNFINISHED_MS_MAX = 30_000;

/**
 * Follows what a page asks for, over all its sessions, and tells of each answer once. The same request is heard of in
 * more than one session: the document of a frame begins in the session of what contains it, and ends in its own.
 */
export class Exchanges {
  readonly #world: ExchangesWorld;
  readonly #reader: BodyReader;
  readonly #extra = new ExtraHeaders();
  /** Those that go on, by the browser's id. */
  readonly #open = new Map<string, Exchange>();
  /** Methods of requests that were stopped before they were heard of. */
  readonly #pausedEarly = new Map<string, string>();
  #count = 0;
  #length = 0;

  constructor(world: ExchangesWorld) {
    this.#world = world;
    this.#reader = new BodyReader(world.budget);
  }

  /** What to do with the events of one session. */
  handlersOf(session: TargetSession, { isWorker }: { isWorker: boolean }): NetworkHandlers {
    return {
      'Network.requestWillBeSent': (event) => {
        if (isWorker || !isWorkerScript(event)) this.#onRequest(event, session);
      },
      'Network.requestWillBeSentExtraInfo': ({ requestId, headers }) => {
        if (this.#wantsHeaders()) this.#extra.request(requestId, headers);
      },
      'Network.responseReceived': (event) => {
        // A worker may have begun before its session was ready: what it asked for first is heard of by its answer.
        if (isWorker && !this.#open.has(event.requestId)) this.#beginLate(event, session);
        this.#onResponse(event);
      },
      'Network.responseReceivedExtraInfo': ({ requestId, headers }) => {
        if (this.#wantsHeaders()) this.#extra.response(requestId, headers);
      },
      'Network.dataReceived': (event) => this.#onData(event),
      'Network.loadingFinished': ({ requestId }) => this.#onFinished(requestId, session),
      'Network.loadingFailed': ({ requestId, errorText }) => this.#onFailed(requestId, errorText),
      'Network.webSocketCreated': (event) => this.#onWebSocket(event, session),
      'Network.webSocketWillSendHandshakeRequest': (event) => this.#onHandshake(event),
      'Network.webSocketHandshakeResponseReceived': (event) => this.#onHandshakeAnswer(event),
      'Network.webSocketFrameError': ({ requestId, errorMessage }) => this.#onFailed(requestId, errorMessage),
      // After its handshake, a connection that ends is no news.
      'Network.webSocketClosed': ({ requestId }) => this.#onFailed(requestId, 'net::ERR_CONNECTION_CLOSED'),
      'Page.frameNavigated': ({ frame }) => this.#onDocument(frame, session),
      'Page.frameDetached': ({ frameId, reason }) => {
        // Swapped only, it lives on in a session of its own.
        if (reason !== 'swap') this.#leave((exchange) => exchange.frameId === frameId);
      },
    };
  }

  /** A response was stopped at its beginning; gives the exchange that it belongs to, if that is wanted. */
  paused(requestId: string, { method, url }: NetworkEvent<'Fetch.requestPaused'>['request']): Exchange | undefined {
    const exchange = this.#open.get(requestId);
    if (exchange !== undefined) exchange.wasPaused = true;
    // Sent on to this address, it keeps its id, and the page may be slower to say so than the answer is to come.
    return exchange?.url === url ? exchange : this.#rememberPaused(requestId, method);
  }

  /** A frame or worker is gone, and what it asked for with it. */
  sessionEnded(session: TargetSession): void {
    this.#leave((exchange) => exchange.session === session);
  }

  /** Forgets everything. */
  end(): void {
    for (const exchange of [...this.#open.values()]) {
      this.#close(exchange);
      this.#release(exchange);
    }
  }

  /** Most of these were heard of and are not wanted: the oldest give way to one that is yet to be heard of. */
  #rememberPaused(requestId: string, method: string): undefined {
    this.#pausedEarly.set(requestId, method);
    const [oldest = ''] = this.#pausedEarly.keys();
    if (this.#pausedEarly.size > EXCHANGES_MAX) this.#pausedEarly.delete(oldest);
  }

  #onRequest(event: NetworkEvent<'Network.requestWillBeSent'>, session: TargetSession): void {
    const { requestId, redirectResponse, redirectHasExtraInfo, documentURL, frameId } = event;
    const before = this.#open.get(requestId);
    if (redirectResponse !== undefined) {
      const extraIndex = this.#extraIndex(requestId, redirectHasExtraInfo);
      if (before !== undefined) this.#redirected(before, redirectResponse, extraIndex);
    } else if (before !== undefined) return;

    const { url, method, headers } = event.request;
    const pageUrl = frameId === this.#world.mainFrameId ? documentURL : this.#world.pageUrl();
    const { loaderId, type: resourceType = '' } = event;
    this.#begin({ requestId, url, method, headers, pageUrl, session, frameId, loaderId, resourceType });
  }

  #beginLate({ requestId, response, type }: NetworkEvent<'Network.responseReceived'>, session: TargetSession): void {
    const method = this.#pausedEarly.get(requestId) ?? '';
    const facts = { requestId, url: response.url, method, headers: {}, resourceType: type ?? '' };
    this.#begin({ ...facts, pageUrl: this.#world.pageUrl(), session });
  }

  /** A frame shows another document: nobody waits any more for what the one before had asked for. */
  #onDocument({ id, parentId, loaderId }: NetworkEvent<'Page.frameNavigated'>['frame'], session: TargetSession): void {
    const isMain = parentId === undefined;
    this.#leave((exchange) => {
      const isOfFrame = isMain ? exchange.session === session : exchange.frameId === id;
      return isOfFrame && exchange.loaderId !== loaderId;
    });
  }

  #leave(isLeft: (exchange: Exchange) => boolean): void {
    for (const exchange of [...this.#open.values()]) {
      if (isLeft(exchange)) this.#onFailed(exchange.requestId, 'page_left' satisfies keyof typeof INTERCEPT_FAULTS);
    }
  }

  #onWebSocket(event: NetworkEvent<'Network.webSocketCreated'>, session: TargetSession): void {
    const pageUrl = this.#world.pageUrl();
    this.#begin({ ...event, method: 'GET', headers: {}, pageUrl, session, resourceType: 'WebSocket' });
  }

  #begin({ pageUrl, headers, ...request }: NewRequest): void {
    const { requestId, url } = request;
    const wasPaused = this.#pausedEarly.delete(requestId);
    if (!ADDRESS.test(url)) return;
    const captures = [...this.#world.captures].filter(({ options }) => options.wantsRequest(url, pageUrl));
    if (captures.length === 0) return;
    const exchange = new Exchange({ ...request, requestHeaders: headers, captures });
    if (this.#count >= EXCHANGES_MAX || this.#length + exchange.length > EXCHANGES_CHARS_MAX) {
      for (const capture of captures) capture.missed(1);
      return;
    }
    exchange.wasPaused = wasPaused;
    this.#count += 1;
    this.#length += exchange.length;
    this.#open.set(requestId, exchange);
  }

  #onResponse({ requestId, response, hasExtraInfo }: NetworkEvent<'Network.responseReceived'>): void {
    const extraIndex = this.#extraIndex(requestId, hasExtraInfo);
    const exchange = this.#open.get(requestId);
    if (exchange === undefined) return;
    if (!this.#grows(exchange, () => exchange.answered(response))) return;
    exchange.extraIndex = extraIndex;
    if (response.mimeType === 'text/event-stream') this.#finish(exchange);
    else exchange.patience ??= setTimeout(() => this.#finish(exchange), UNFINISHED_MS_MAX).unref();
  }

  /** False when there is no room for what it grows by: it is forgotten then, and missed. */
  #grows(exchange: Exchange, grow: () => void): boolean {
    const before = exchange.length;
    grow();
    this.#length += exchange.length - before;
    if (this.#length <= EXCHANGES_CHARS_MAX) return true;
    for (const capture of exchange.captures) capture.missed(1);
    this.#close(exchange);
    this.#release(exchange);
    return false;
  }

  #onData({ requestId, dataLength, data }: NetworkEvent<'Network.dataReceived'>): void {
    const exchange = this.#open.get(requestId);
    if (exchange === undefined) return;
    exchange.bodyBytes += dataLength;
    if (data !== undefined) exchange.streamed?.add(data);
  }

  #onHandshake({ requestId, request }: NetworkEvent<'Network.webSocketWillSendHandshakeRequest'>): void {
    const exchange = this.#open.get(requestId);
    if (exchange !== undefined) this.#grows(exchange, () => exchange.asked(request.headers));
  }

  #onHandshakeAnswer(event: NetworkEvent<'Network.webSocketHandshakeResponseReceived'>): void {
    const exchange = this.#open.get(event.requestId);
    if (exchange === undefined) return;
    if (!this.#grows(exchange, () => exchange.answered({ mimeType: '', ...event.response }))) return;
    exchange.isFinished = true;
    this.#finish(exchange);
  }

  #redirected(exchange: Exchange, response: NetworkResponse, extraIndex: number | undefined): void {
    if (!this.#grows(exchange, () => exchange.redirected(response))) return;
    exchange.extraIndex = extraIndex;
    this.#finish(exchange);
  }

  #onFinished(requestId: string, session: TargetSession): void {
    const exchange = this.#open.get(requestId);
    if (exchange === undefined) return;
    exchange.isFinished = true;
    this.#finish(exchange, session);
  }

  #onFailed(requestId: string, failure: string): void {
    const exchange = this.#open.get(requestId);
    if (exchange === undefined) return;
    exchange.failure = failure;
    this.#finish(exchange);
  }

  /** Nothing more is waited for: it is told of, with what there is. */
  #finish(exchange: Exchange, endedIn: TargetSession = exchange.session): void {
    this.#close(exchange);
    const sessions = endedIn === exchange.session ? [endedIn] : [endedIn, exchange.session];
    void this.#tell(exchange, sessions)
      .catch(() => {
        // A bug of ours costs its subscribers this one; they hear that it is missing.
        for (const capture of exchange.captures) capture.missed(1);
      })
      .finally(() => this.#release(exchange));
  }

  async #tell(exchange: Exchange, sessions: readonly TargetSession[]): Promise<void> {
    const captures = exchange.captures.filter((capture) => capture.wants(exchange));
    if (captures.length === 0) return;
    const headers = await this.#headersOf(exchange, captures);
    const wantsBody =
      exchange.hasBody && exchange.failure === undefined && captures.some(({ options }) => options.includeBody);
    if (wantsBody) {
      await this.#reader.withBody(exchange, sessions, (body) => {
        for (const capture of captures) capture.tell(exchange, headers, body);
      });
    } else for (const capture of captures) capture.tell(exchange, headers, {});
  }

  async #headersOf(exchange: Exchange, captures: readonly Capture[]): Promise<ExchangeHeaders> {
    const { requestId, requestHeaders, response, extraIndex } = exchange;
    const own = { requestHeaders, responseHeaders: response?.headers ?? {} };
    if (extraIndex === undefined || !captures.some(({ options }) => options.includeHeaders)) return own;
    const { request, response: answered } = await this.#extra.of(requestId, extraIndex);
    return { requestHeaders: request ?? own.requestHeaders, responseHeaders: answered ?? own.responseHeaders };
  }

  #close(exchange: Exchange): void {
    clearTimeout(exchange.patience);
    this.#open.delete(exchange.requestId);
  }

  #release(exchange: Exchange): void {
    const { requestId, streamed, length } = exchange;
    streamed?.release();
    this.#count -= 1;
    this.#length -= length;
    if (!this.#open.has(requestId)) this.#extra.forget(requestId);
  }

  #extraIndex(requestId: string, hasExtraInfo: boolean | undefined): number | undefined {
    return hasExtraInfo === true && this.#wantsHeaders() ? this.#extra.nextIndex(requestId) : undefined;
  }

  #wantsHeaders(): boolean {
    for (const { options } of this.#world.captures) if (options.includeHeaders) return true;
    return false;
  }
}

/** Who has a worker made is told nothing of the answer: only the worker is. */
function isWorkerScript({ loaderId, type }: NetworkEvent<'Network.requestWillBeSent'>): boolean {
  return loaderId === '' && type === 'Script';
}

/** What goes over a network; a page also loads what it has made itself. */
const ADDRESS = /^(https?|wss?):/i;

interface NewRequest {
  readonly requestId: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly resourceType: string;
  readonly pageUrl: string;
  readonly session: TargetSession;
  readonly frameId?: string | undefined;
  readonly loaderId?: string | undefined;
}

export interface ExchangesWorld {
  readonly captures: ReadonlySet<Capture>;
  readonly budget: BodyBudget;
  readonly mainFrameId: string;
  /** Where the tab is now. */
  pageUrl(): string;
}
