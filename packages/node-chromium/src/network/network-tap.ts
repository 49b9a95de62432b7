import { within } from '../until.js';
import { RESOURCES_BYTES_MAX, RESOURCE_BYTES_MAX } from './body-reader.js';
import type { Exchanges } from './exchanges.js';
import { NestedSession } from './nested-session.js';
import { dispatch, type NetworkEvent, type NetworkHandlers } from './network-events.js';
import type { ResponseGate } from './response-gate.js';
import type { PageSession, TargetEvent, TargetSession } from './target-session.js';

/** A page that is busy takes note of what it is told when it is done; the browser itself knows at once. */
const ANSWER_MS_MAX = 2_000;

/**
 * Hears what a page loads, with its frames and workers that have processes of their own, on a session of its own: what
 * others switch on and off on theirs does not concern it.
 *
 * Where responses were ever stopped, the browser goes on asking us about none, until the page ends: switching that off
 * (`Fetch.disable`, or the end of the session) would lose requests that are under way, and the page wait for ever.
 */
export class NetworkTap {
  readonly #session: PageSession;
  readonly #exchanges: Exchanges;
  readonly #gate: ResponseGate;
  readonly #nested = new Map<string, NestedTarget>();
  #isHeard = false;
  #patterns: readonly string[] | undefined;

  constructor(session: PageSession, parts: { exchanges: Exchanges; gate: ResponseGate }) {
    this.#session = session;
    this.#exchanges = parts.exchanges;
    this.#gate = parts.gate;
  }

  /** Whether it can end before its page does. */
  get mayEnd(): boolean {
    return this.#patterns === undefined;
  }

  async begin(): Promise<void> {
    const handlers = this.#handlersOf(this.#session, { isWorker: false });
    this.#session.on('event', ({ method, params }) => dispatch(handlers, method, params));
    await within(ANSWER_MS_MAX, Promise.all([hear(this.#session, true), follow(this.#session)]), []);
    this.#isHeard = true;
  }

  /** From now on hears everything or nothing, and stops the responses whose addresses match; undefined: none. */
  async adapt({ isHeard, patterns }: { isHeard: boolean; patterns: readonly string[] | undefined }): Promise<void> {
    const changes: Promise<unknown>[] = [];
    if (isHeard !== this.#isHeard) {
      this.#isHeard = isHeard;
      changes.push(...this.#everywhere((session) => hear(session, isHeard)));
    }
    const stopped = patterns ?? (this.mayEnd ? undefined : [NOTHING]);
    if (stopped !== undefined && stopped.join('\n') !== this.#patterns?.join('\n')) {
      this.#patterns = stopped;
      changes.push(...this.#everywhere((session) => stopIn(session, stopped)));
    }
    await within(ANSWER_MS_MAX, Promise.all(changes), []);
    if (patterns === undefined) await within(ANSWER_MS_MAX, this.#gate.emptied(), []);
    if (!isHeard) this.#exchanges.end();
  }

  /** Resolves when nothing is heard any more. */
  async end(): Promise<void> {
    for (const { session } of this.#nested.values()) session.end();
    this.#nested.clear();
    this.#exchanges.end();
    await within(ANSWER_MS_MAX, this.#session.detach().catch(goneAlready), []);
  }

  /** In the page itself it must succeed; in what it contains, that may be gone meanwhile. */
  #everywhere(run: (session: TargetSession) => Promise<unknown>): Promise<unknown>[] {
    const heard = [...this.#nested.values()].filter(({ isHeard }) => isHeard);
    return [run(this.#session), ...heard.map(({ session }) => run(session).catch(goneAlready))];
  }

  #handlersOf(session: TargetSession, kind: { isWorker: boolean }): NetworkHandlers {
    return {
      ...this.#exchanges.handlersOf(session, kind),
      'Fetch.requestPaused': (event) => this.#gate.take(event, session),
      'Target.attachedToTarget': (event) => this.#onAttached(event, session),
      'Target.receivedMessageFromTarget': ({ sessionId, message }) =>
        this.#nested.get(sessionId)?.session.take(message),
      'Target.detachedFromTarget': ({ sessionId }) => this.#onDetached(sessionId),
    };
  }

  /** It waits for us, so that nothing of it is missed, and goes on at once: nothing is waited for in between. */
  #onAttached({ sessionId, targetInfo }: NetworkEvent<'Target.attachedToTarget'>, parent: TargetSession): void {
    const onEvent = ({ method, params }: TargetEvent): void => dispatch(handlers, method, params);
    const session = new NestedSession(parent, sessionId, onEvent);
    const isWorker = targetInfo.type === 'worker';
    const handlers = this.#handlersOf(session, { isWorker });
    const isHeard = HEARD_TARGETS.has(targetInfo.type);
    this.#nested.set(sessionId, { session, parent, isHeard });
    const asked = isHeard ? this.#askOf(session, { isWorker }) : [];
    asked.push(session.send('Runtime.runIfWaitingForDebugger'));
    for (const one of asked) one.catch(goneAlready);
  }

  #askOf(session: TargetSession, { isWorker }: { isWorker: boolean }): Promise<unknown>[] {
    return [
      ...(this.#isHeard ? [hear(session, true)] : []),
      ...(this.#patterns === undefined ? [] : [stopIn(session, this.#patterns)]),
      // A worker has no documents.
      isWorker ? attach(session) : follow(session),
    ];
  }

  #onDetached(sessionId: string): void {
    const nested = this.#nested.get(sessionId);
    if (nested === undefined) return;
    this.#nested.delete(sessionId);
    nested.session.end();
    this.#exchanges.sessionEnded(nested.session);
    // What it contained is gone with it, and of that the browser tells nobody.
    for (const [id, { parent }] of [...this.#nested]) if (parent === nested.session) this.#onDetached(id);
  }
}

/** What a service worker asks for by itself is not the page's: it may be asked for on behalf of other pages. */
const HEARD_TARGETS: ReadonlySet<string> = new Set(['iframe', 'worker']);

/** No address is like this. */
const NOTHING = 'otto-stops-nothing:';

async function hear(session: TargetSession, isHeard: boolean): Promise<void> {
  const kept = { maxTotalBufferSize: RESOURCES_BYTES_MAX, maxResourceBufferSize: RESOURCE_BYTES_MAX };
  if (isHeard) await session.send('Network.enable', kept);
  else await session.send('Network.disable');
}

/** Tells of what it contains, and when one of its documents is left: its requests end without a word then. */
async function follow(session: TargetSession): Promise<void> {
  await Promise.all([session.send('Page.enable'), attach(session)]);
}

async function attach(session: TargetSession): Promise<void> {
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: false });
}

/** Responses of a worker are stopped in the session of its page; its own does not know how. */
async function stopIn(session: TargetSession, patterns: readonly string[]): Promise<void> {
  await session.send('Fetch.enable', { patterns: patterns.map(atResponse) });
}

function atResponse(urlPattern: string): { urlPattern: string; requestStage: 'Response' } {
  return { urlPattern, requestStage: 'Response' };
}

function goneAlready(): void {}

interface NestedTarget {
  readonly session: NestedSession;
  readonly parent: TargetSession;
  readonly isHeard: boolean;
}
