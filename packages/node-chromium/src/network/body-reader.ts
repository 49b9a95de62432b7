import type { INTERCEPT_FAULTS } from '@telepat/otto-protocol';
import * as z from 'zod';
import { within } from '../until.js';
import type { BodyBudget } from './body-budget.js';
import type { Exchange } from './exchange.js';
import type { TargetSession } from './target-session.js';
import type { FoundBody } from './told-body.js';

/** What the browser keeps of one body, and of all bodies of one page, for whoever asks for it afterwards. */
export const RESOURCE_BYTES_MAX = 16 * 1024 * 1024;
export const RESOURCES_BYTES_MAX = 64 * 1024 * 1024;

/** Bodies that one page is asked for at a time. */
const READS_MAX = 4;

/** A page that is busy for so long does not give it any more. */
const READ_MS_MAX = 5_000;

/** Gets the bodies of one page: from what was sent on as it came in, else from what the browser has kept. */
export class BodyReader {
  readonly #budget: BodyBudget;
  readonly #waiting: (() => void)[] = [];
  #reads = 0;

  constructor(budget: BodyBudget) {
    this.#budget = budget;
  }

  /** Lets `use` have the body, or the reason why there is none; what it takes of memory is given back afterwards. */
  async withBody(
    exchange: Exchange,
    sessions: readonly TargetSession[],
    use: (body: BodyOutcome) => void,
  ): Promise<void> {
    const { streamed } = exchange;
    if (streamed?.isComing === true) {
      use(fromStream(exchange, streamed.isOverBudget ? undefined : streamed.bytes()));
    } else if (!exchange.isFinished) {
      use({ fault: 'body_unfinished' });
    } else if (exchange.bodyBytes > RESOURCE_BYTES_MAX) {
      use({ fault: 'body_unavailable' });
    } else {
      await this.#inTurn(() => this.#readAndUse(exchange, sessions, use));
    }
  }

  async #readAndUse(
    exchange: Exchange,
    sessions: readonly TargetSession[],
    use: (body: BodyOutcome) => void,
  ): Promise<void> {
    // The text of it, its base64 and its bytes are there at the same time.
    const bytes = exchange.bodyBytes * 3;
    if (!this.#budget.take(bytes)) {
      use({ fault: 'body_over_budget' });
      return;
    }
    try {
      const found = await this.#read(exchange, sessions);
      use(found === undefined ? { fault: 'body_unavailable' } : { found });
    } finally {
      this.#budget.giveBack(bytes);
    }
  }

  /** From the first session that has it: that in which it ended, or that in which it began. */
  async #read(exchange: Exchange, sessions: readonly TargetSession[]): Promise<FoundBody | undefined> {
    for (const session of sessions) {
      const asked = session.send('Network.getResponseBody', { requestId: exchange.requestId }).catch(notThere);
      const answer = bodyAnswer.safeParse(await within(READ_MS_MAX, asked, [])).data;
      if (answer === undefined) continue;
      const bytes = Buffer.from(answer.body, answer.base64Encoded ? 'base64' : 'utf8');
      const totalBytes = Math.max(exchange.bodyBytes, answer.base64Encoded ? bytes.byteLength : 0);
      const known = totalBytes === 0 ? bytes.byteLength : totalBytes;
      return { bytes, isWhole: true, totalBytes: known, wasText: !answer.base64Encoded, ...kindOf(exchange) };
    }
    return undefined;
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    if (this.#reads >= READS_MAX) await new Promise<void>((begin) => this.#waiting.push(begin));
    else this.#reads += 1;
    try {
      await work();
    } finally {
      const next = this.#waiting.shift();
      // The place passes on to the next.
      if (next === undefined) this.#reads -= 1;
      else next();
    }
  }
}

const bodyAnswer = z.object({ body: z.string(), base64Encoded: z.boolean() });

function fromStream(exchange: Exchange, bytes: Uint8Array | undefined): BodyOutcome {
  if (bytes === undefined) return { fault: 'body_over_budget' };
  const { bodyBytes: totalBytes, isFinished } = exchange;
  const isWhole = isFinished && bytes.byteLength >= totalBytes;
  const found = { bytes, isWhole, totalBytes, wasText: false, ...kindOf(exchange) };
  return isFinished ? { found } : { found, fault: 'body_unfinished' };
}

function kindOf({ response }: Exchange): { mimeType: string; charset: string } {
  return { mimeType: response?.mimeType ?? '', charset: response?.charset ?? '' };
}

/** The browser has thrown it away, or the page is gone; whoever asked is told so. */
function notThere(): undefined {}

/** A body, or why there is none; both for the beginning of one that goes on. */
export interface BodyOutcome {
  readonly found?: FoundBody;
  readonly fault?: keyof typeof INTERCEPT_FAULTS;
}
