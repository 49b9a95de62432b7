import { within } from '../until.js';
import type { HeadersByName } from './network-events.js';

/** Requests whose headers are kept at a time, and how long these are together; the oldest give way. */
const REQUESTS_MAX = 4_000;
const CHARS_MAX = 16_000_000;

/** How long headers may come after the response that they belong to. */
const LATE_MS_MAX = 500;

/**
 * Headers as they went over the wire, with what the page itself is not shown, such as cookies. They come by themselves,
 * before or after the request or response that they belong to: the nth of a request belong to its nth answer.
 */
export class ExtraHeaders {
  readonly #requests = new Map<string, Entry>();
  #chars = 0;

  request(requestId: string, headers: HeadersByName): void {
    this.#entry(requestId).requests.push(headers);
    this.#weigh(requestId, headers);
  }

  response(requestId: string, headers: HeadersByName): void {
    const entry = this.#entry(requestId);
    entry.responses.push(headers);
    this.#weigh(requestId, headers);
    for (const wake of entry.waiting.splice(0)) wake();
  }

  /** The place of the next answer of this request that has such headers. */
  nextIndex(requestId: string): number {
    return this.#entry(requestId).answers++;
  }

  /** What belongs to one answer, as far as it comes in time. */
  async of(requestId: string, index: number): Promise<{ request?: HeadersByName; response?: HeadersByName }> {
    const entry = this.#entry(requestId);
    if (entry.responses.length <= index) {
      await within(LATE_MS_MAX, new Promise<void>((wake) => entry.waiting.push(wake)), []);
    }
    const [request, response] = [entry.requests[index], entry.responses[index]];
    return { ...(request === undefined ? {} : { request }), ...(response === undefined ? {} : { response }) };
  }

  forget(requestId: string): void {
    this.#chars -= this.#requests.get(requestId)?.chars ?? 0;
    this.#requests.delete(requestId);
  }

  #weigh(requestId: string, headers: HeadersByName): void {
    const chars = headersLength(headers);
    this.#entry(requestId).chars += chars;
    this.#chars += chars;
    this.#makeRoom();
  }

  #makeRoom(): void {
    for (const oldest of this.#requests.keys()) {
      if (this.#requests.size <= REQUESTS_MAX && this.#chars <= CHARS_MAX) break;
      this.forget(oldest);
    }
  }

  #entry(requestId: string): Entry {
    const found = this.#requests.get(requestId);
    if (found !== undefined) return found;
    const entry: Entry = { requests: [], responses: [], waiting: [], answers: 0, chars: 0 };
    this.#requests.set(requestId, entry);
    this.#makeRoom();
    return entry;
  }
}

/** What headers take of memory, as far as a page can make it grow. */
export function headersLength(headers: HeadersByName): number {
  return Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}

interface Entry {
  readonly requests: HeadersByName[];
  readonly responses: HeadersByName[];
  readonly waiting: (() => void)[];
  answers: number;
  chars: number;
}
