import type { IdPrefix } from '@telepat/otto-protocol';
import type { Clock, OpenSocket, Random } from '@telepat/otto-relay-link';

/** What the SDK needs of the world: Node and browsers have one each, tests bring their own. */
export interface Platform {
  readonly clock: Clock;
  readonly random: Random;
  /** A new id that nobody can guess. */
  newId(prefix: IdPrefix): string;
  readonly fetch: Fetch;
  readonly openSocket: OpenSocket;
}

/** As much of `fetch` as the SDK uses; every runtime's own fits. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchReply>;

/** What a request is made of. */
export interface FetchInit {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** The relay never redirects; a redirect would carry a credential elsewhere. */
  readonly redirect: 'error';
}

/** As much of an answer as the SDK reads. */
export interface FetchReply {
  readonly status: number;
  /** For answers that are read as they come. */
  readonly body?: ReadableStream<Uint8Array> | null;
  text(): Promise<string>;
}
