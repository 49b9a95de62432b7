import { OttoError } from '@telepat/otto-protocol';
import type { CDPSession } from 'playwright-core';
import { IN_PAGE_ARTICLE_SCRIPT } from './in-page-article-script.js';
import { IN_PAGE_SCRIPT } from './in-page-script.js';
import { until, within } from './until.js';

/**
 * Reads a page by a script in a world of its own: it sees the DOM of the page, but none of the page's scripts can
 * disturb it, and the work of it is the page's process's, not ours.
 */
export class PageReader {
  readonly #session: CDPSession;
  /** Our world in the document that was last read, and which scripts it has got. */
  #world: World | undefined;

  constructor(session: CDPSession) {
    this.#session = session;
  }

  /** Text, HTML or Markdown of the first match, and the title of the page. */
  async content(
    kind: ReadableKind,
    selector: string | undefined,
    signals: readonly AbortSignal[],
  ): Promise<{ content: string; title: string; fallbackUsed?: boolean }> {
    const chosen = selector === undefined ? {} : { selector };
    const isArticle = kind === 'readability';
    const answer = isArticle
      ? await this.#read(chosen, signals, { script: ARTICLE_SCRIPT })
      : await this.#read({ kind, ...chosen }, signals);
    return {
      content: stringIn(answer, 'content'),
      title: stringIn(answer, 'title'),
      ...(isArticle ? { fallbackUsed: answer['fallbackUsed'] === true } : {}),
    };
  }

  async facts(signals: readonly AbortSignal[]): Promise<{ title: string; isVisible: boolean }> {
    const answer = await this.#read({ kind: 'facts' }, signals, { isBrief: true });
    return { title: stringIn(answer, 'title'), isVisible: answer['isVisible'] === true };
  }

  async #read(
    request: object,
    signals: readonly AbortSignal[],
    { script = SCRIPT, isBrief = false }: { script?: InPageScript; isBrief?: boolean } = {},
  ): Promise<Record<string, unknown>> {
    const call = `${script.name}.read(${JSON.stringify({ ...request, lengthMax: CONTENT_LENGTH_MAX })})`;
    const answer = await this.#evaluate({ script, call, isBrief }, signals);
    if (typeof answer !== 'object' || answer === null) throw unexpected();
    const fields: Record<string, unknown> = { ...answer };
    if (fields['failure'] === 'element_not_found') throw new OttoError('element_not_found');
    if (fields['failure'] === 'invalid_selector') {
      throw new OttoError('invalid_action_input', {
        message: `The selector is not valid CSS: ${String(fields['reason']).slice(0, 300)}`,
        actionableHint: 'Correct the selector; document.querySelector must accept it.',
      });
    }
    return fields;
  }

  async #evaluate(work: InPageCall, signals: readonly AbortSignal[]): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#evaluateOnce(work, signals);
      } catch (error) {
        // The document was replaced in between, or what was to end the reading before hit this one.
        const isInnocent = error instanceof Error && NOT_OURS.test(error.message);
        if (!isInnocent || attempt === ATTEMPTS_MAX) throw error;
        await until(new Promise((resolve) => setTimeout(resolve, 20 * attempt)), signals);
      }
    }
  }

  /** The world of a document lives as long as the document: a script of ours is sent into it once. */
  async #evaluateOnce({ script, call, isBrief }: InPageCall, signals: readonly AbortSignal[]): Promise<unknown> {
    const world = (this.#world ??= await this.#newWorld(signals));
    try {
      if (!isBrief) await this.#answered(world, signals);
      if (world.names.has(script.name)) return await this.#run(call, world, { signals, isBrief });
      const answer = await this.#run(`${script.text}; ${call}`, world, { signals, isBrief });
      world.names.add(script.name);
      return answer;
    } catch (error) {
      // It may have gone with its document.
      if (this.#world === world) this.#world = undefined;
      throw error;
    }
  }

  async #newWorld(signals: readonly AbortSignal[]): Promise<World> {
    const { frame } = (await until(this.#session.send('Page.getFrameTree'), signals)).frameTree;
    const made = this.#session.send('Page.createIsolatedWorld', { frameId: frame.id, worldName: 'otto' });
    const { executionContextId } = await until(made, signals);
    return { contextId: executionContextId, names: new Set() };
  }

  /** When the page has answered, what takes time from there on is our own script. */
  async #answered({ contextId }: World, signals: readonly AbortSignal[]): Promise<void> {
    await until(this.#session.send('Runtime.evaluate', { expression: '0', contextId }), signals);
  }

  async #run(expression: string, { contextId }: World, { signals, isBrief }: RunOptions): Promise<unknown> {
    const work = this.#session.send('Runtime.evaluate', { expression, contextId, returnByValue: true, silent: true });
    try {
      const { result, exceptionDetails } = await until(work, signals);
      if (exceptionDetails === undefined) return result.value;
      const reason = exceptionDetails.exception?.description ?? exceptionDetails.text;
      throw new OttoError('script_failed', { message: `Reading the page failed: ${firstLine(reason)}` });
    } catch (error) {
      // Whoever waited gave up: the page is not to go on working for nobody.
      if (!isBrief && signals.some((signal) => signal.aborted)) void this.#stop(work);
      throw error;
    }
  }

  /** A call that comes before our script has begun ends whatever else was running, so it is said until ours is over. */
  async #stop(work: Promise<unknown>): Promise<void> {
    const over = work.then(
      () => true,
      () => true,
    );
    for (let attempt = 1; attempt <= STOPS_MAX; attempt++) {
      this.#session.send('Runtime.terminateExecution').catch(ignore);
      if ((await within(STOP_PAUSE_MS, over, [])) === true) return;
    }
  }
}

/** More than this many characters do not leave the page; no answer could carry them on. */
const CONTENT_LENGTH_MAX = 20_000_000;

const SCRIPT: InPageScript = { name: 'otto', text: IN_PAGE_SCRIPT };
const ARTICLE_SCRIPT: InPageScript = { name: 'ottoArticle', text: IN_PAGE_ARTICLE_SCRIPT };

/** Five seconds in all: who draws for longer than that before it lets scripts run is left alone. */
const STOPS_MAX = 100;
const STOP_PAUSE_MS = 50;

const ATTEMPTS_MAX = 8;
const NOT_OURS =
  /Cannot find (default execution )?context|context was destroyed|navigated or closed|No frame (for|with) given id|was terminated/i;

function stringIn(answer: Record<string, unknown>, name: string): string {
  const value = answer[name];
  if (typeof value !== 'string') throw unexpected();
  return value;
}

function unexpected(): OttoError {
  return new OttoError('script_failed', { message: 'Reading the page failed: it gave an unexpected answer.' });
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 300);
}

/** The page is gone: nothing runs there any more. */
function ignore(): void {}

/** What a page can be read as. */
export type ReadableKind = 'text' | 'raw_html' | 'clean_html' | 'markdown' | 'readability';

/** Where scripts of ours run in a document, and those that are there. */
interface World {
  readonly contextId: number;
  readonly names: Set<string>;
}

/** A script of ours, and the global that it makes. */
interface InPageScript {
  readonly name: string;
  readonly text: string;
}

interface InPageCall {
  readonly script: InPageScript;
  readonly call: string;
  /** It costs the page nothing, and need not be ended when nobody waits for it any more. */
  readonly isBrief: boolean;
}

interface RunOptions extends Pick<InPageCall, 'isBrief'> {
  readonly signals: readonly AbortSignal[];
}
