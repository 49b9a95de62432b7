import * as z from 'zod';
import { within } from '../until.js';
import type { BodyBudget } from './body-budget.js';
import { RESOURCE_BYTES_MAX } from './body-reader.js';
import type { Exchange } from './exchange.js';
import type { Exchanges } from './exchanges.js';
import type { NetworkEvent } from './network-events.js';
import { StreamedBody } from './streamed-body.js';
import type { TargetSession } from './target-session.js';

/** So long a response may be stopped while the browser is asked to send its body on. */
const PAUSE_MS_MAX = 250;

/**
 * Stops responses at their beginning for just long enough to have their bodies sent on to us as they come in, whatever
 * becomes of the page afterwards. The body is not read while the page waits (`Fetch.getResponseBody`): from then on the
 * browser holds the response back until its last byte, also when it is told to go on, and a stream has none.
 */
export class ResponseGate {
  readonly #exchanges: Exchanges;
  readonly #budget: BodyBudget;
  readonly #held = new Set<Promise<void>>();

  constructor(exchanges: Exchanges, budget: BodyBudget) {
    this.#exchanges = exchanges;
    this.#budget = budget;
  }

  /** Lets a stopped response go on, whatever happens. */
  take(paused: PausedResponse, session: TargetSession): void {
    const held = this.#letGo(paused, session);
    this.#held.add(held);
    void held.finally(() => this.#held.delete(held));
  }

  /** Resolves when all that was stopped until now goes on. */
  async emptied(): Promise<void> {
    await Promise.all(this.#held);
  }

  async #letGo(paused: PausedResponse, session: TargetSession): Promise<void> {
    try {
      await within(PAUSE_MS_MAX, this.#sendOn(paused), []);
    } catch {
      // Its body can be asked for afterwards; what counts is that the page goes on.
    } finally {
      await goOn(paused.requestId, session);
    }
  }

  async #sendOn(paused: PausedResponse): Promise<void> {
    if (paused.networkId === undefined) return;
    const exchange = this.#exchanges.paused(paused.networkId, paused.request);
    if (exchange === undefined || !canBeSentOn(paused)) return;
    const bytesMax = bytesWanted(exchange, headerOf(paused, 'content-type'));
    if (bytesMax === undefined) return;

    // In place before it is asked for: the first part may come with the answer.
    const streamed = new StreamedBody(bytesMax, this.#budget);
    exchange.streamed = streamed;
    const { requestId } = exchange;
    const answer = await exchange.session.send('Network.streamResourceContent', { requestId });
    streamed.begin(bufferedData.parse(answer).bufferedData);
  }
}

const bufferedData = z.object({ bufferedData: z.string() });

/** Documents are not known yet to the process that would send them on; redirects and failures have no body. */
function canBeSentOn(paused: PausedResponse): boolean {
  const { resourceType, responseStatusCode: status = 0 } = paused;
  if (resourceType === 'Document' || status < 200 || (status >= 300 && status < 400)) return false;
  if (/^text\/event-stream\b/i.test(headerOf(paused, 'content-type') ?? '')) return false;
  return Number(headerOf(paused, 'content-length') ?? 0) <= RESOURCE_BYTES_MAX;
}

/** The most that anybody wants of it; undefined when nobody does. */
function bytesWanted(exchange: Exchange, contentType: string | undefined): number | undefined {
  const type = contentType?.split(';', 1)[0]?.trim();
  const wishes = exchange.captures
    .filter(({ pauses, isOver, options }) => pauses && !isOver && options.includeBody)
    .filter(({ options }) => type === undefined || options.wantsType(type))
    .map(({ options }) => options.maxBodyBytes);
  return wishes.length === 0 ? undefined : Math.max(...wishes);
}

function headerOf({ responseHeaders = [] }: PausedResponse, name: string): string | undefined {
  return responseHeaders.find((header) => header.name.toLowerCase() === name)?.value;
}

async function goOn(requestId: string, session: TargetSession): Promise<void> {
  try {
    await session.send('Fetch.continueResponse', { requestId });
  } catch {
    // Gone, or let go already; or a browser that does not know this way of going on.
    await session.send('Fetch.continueRequest', { requestId }).catch(letGoAlready);
  }
}

function letGoAlready(): void {}

type PausedResponse = NetworkEvent<'Fetch.requestPaused'>;
