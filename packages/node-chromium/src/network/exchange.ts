import type { Capture } from './capture.js';
import { headersLength } from './extra-headers.js';
import type { HeadersByName, NetworkResponse } from './network-events.js';
import type { StreamedBody } from './streamed-body.js';
import type { TargetSession } from './target-session.js';

/** One request of a page and the answer to it. A request that is sent on elsewhere is one for each address. */
export class Exchange {
  readonly requestId: string;
  readonly url: string;
  readonly method: string;
  readonly resourceType: string;
  #requestHeaders: HeadersByName = {};
  /** Where it was heard of: its body is to be had there. */
  readonly session: TargetSession;
  /** The frame and the document that asked; undefined for a worker. */
  readonly frameId: string | undefined;
  readonly loaderId: string | undefined;
  /** Who wants to hear of it. */
  readonly captures: readonly Capture[];
  readonly #keepsHeaders: boolean;
  #length: number;
  response: NetworkResponse | undefined;
  /** The browser's word for what went wrong. */
  failure: string | undefined;
  /** It has come to its end; else it is told of because nobody knows when that will be. */
  isFinished = false;
  wasPaused = false;
  /** Of the body, as far as it has come. */
  bodyBytes = 0;
  streamed: StreamedBody | undefined;
  /** Which of the headers that come by themselves are its own: the first, the second …; undefined: none come. */
  extraIndex: number | undefined;
  /** Ends the waiting for its end. */
  patience: NodeJS.Timeout | undefined;
  #isRedirect = false;

  constructor(facts: ExchangeFacts) {
    this.requestId = facts.requestId;
    this.url = facts.url;
    this.method = facts.method;
    this.resourceType = facts.resourceType;
    this.session = facts.session;
    this.frameId = facts.frameId;
    this.loaderId = facts.loaderId;
    this.captures = facts.captures;
    this.#keepsHeaders = facts.captures.some(({ options }) => options.includeHeaders);
    this.#length = facts.url.length;
    this.asked(facts.requestHeaders);
  }

  /** What it takes of memory, in characters. */
  get length(): number {
    return this.#length;
  }

  get requestHeaders(): HeadersByName {
    return this.#requestHeaders;
  }

  /** What was asked with; not kept where nobody wants it. */
  asked(headers: HeadersByName): void {
    if (!this.#keepsHeaders) return;
    this.#length += headersLength(headers) - headersLength(this.#requestHeaders);
    this.#requestHeaders = headers;
  }

  /** Has its answer. */
  answered({ status, mimeType, charset = '', headers }: AnswerFacts): void {
    const kept = this.#keepsHeaders ? headers : {};
    this.response = { url: this.url, status, mimeType, charset, headers: kept };
    this.#length += mimeType.length + charset.length + headersLength(kept);
  }

  /** Whether its answer can have a body at all. */
  get hasBody(): boolean {
    const status = this.response?.status;
    if (status === undefined || this.method === 'HEAD' || BODILESS_TYPES.has(this.resourceType)) return false;
    return status >= 200 && !BODILESS_STATUSES.has(status) && !this.#isRedirect;
  }

  /** It was sent on elsewhere with this answer. */
  redirected(response: NetworkResponse): void {
    this.answered(response);
    this.#isRedirect = true;
    this.isFinished = true;
  }
}

const BODILESS_STATUSES: ReadonlySet<number> = new Set([204, 205, 304]);
const BODILESS_TYPES: ReadonlySet<string> = new Set(['Preflight', 'WebSocket']);

/** Headers as they went over the wire, where the browser tells these. */
export interface ExchangeHeaders {
  readonly requestHeaders: HeadersByName;
  readonly responseHeaders: HeadersByName;
}

type AnswerFacts = Omit<NetworkResponse, 'url'>;

interface ExchangeFacts {
  readonly requestId: string;
  readonly url: string;
  readonly method: string;
  readonly resourceType: string;
  readonly requestHeaders: HeadersByName;
  readonly session: TargetSession;
  readonly frameId?: string | undefined;
  readonly loaderId?: string | undefined;
  readonly captures: readonly Capture[];
}
