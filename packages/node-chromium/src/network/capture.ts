import type { CapturedResponse, InterceptOptions, InterceptWatcher } from '@telepat/otto-node-runtime';
import type { BodyOutcome } from './body-reader.js';
import type { Exchange, ExchangeHeaders } from './exchange.js';
import { toldBody } from './told-body.js';

/** One interception: what it wants, and whom it tells. */
export class Capture {
  readonly options: InterceptOptions;
  /** Nobody wants to hear anything any more. */
  isOver = false;
  readonly #watcher: InterceptWatcher;

  constructor(options: InterceptOptions, watcher: InterceptWatcher) {
    this.options = options;
    this.#watcher = watcher;
  }

  /** Responses are stopped for a moment at their beginning, so that no part of a body is missed. */
  get pauses(): boolean {
    return this.options.mode !== 'network';
  }

  /** Whether it is to hear of this one, now that it is known what it is. */
  wants({ response, wasPaused }: Exchange): boolean {
    if (this.isOver) return false;
    if (this.options.mode === 'fetch' && !wasPaused) return false;
    // What failed has no type that could be wrong.
    return response === undefined || this.options.wantsType(response.mimeType);
  }

  tell(exchange: Exchange, headers: ExchangeHeaders, body: BodyOutcome): void {
    if (this.isOver) return;
    const { response, failure, wasPaused } = exchange;
    const { includeHeaders, includeBody, mode, maxBodyBytes } = this.options;
    const told: CapturedResponse = {
      url: exchange.url,
      method: exchange.method,
      status: response?.status ?? 0,
      mimeType: response?.mimeType ?? '',
      requestId: exchange.requestId,
      captureSource: mode !== 'network' && wasPaused ? 'fetch' : 'network',
      ...(includeHeaders ? headers : {}),
      ...(includeBody && body.found !== undefined ? toldBody(body.found, maxBodyBytes) : bytesOf(exchange)),
      ...(includeBody && body.fault !== undefined ? { error: body.fault } : {}),
      ...(failure === undefined ? {} : { error: failure }),
    };
    this.#watcher.captured(failure === undefined ? 'network.response' : 'network.error', told);
  }

  missed(count: number): void {
    if (!this.isOver) this.#watcher.missed(count);
  }

  detached(reason: 'tab_closed' | 'tab_crashed'): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#watcher.detached(reason);
  }
}

/** How long the body is can be said also without it. */
function bytesOf({ bodyBytes, response }: Exchange): { bodyBytes?: number } {
  return response === undefined ? {} : { bodyBytes };
}
