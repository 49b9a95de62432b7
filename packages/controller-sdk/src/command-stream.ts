import { OttoError, RemoteError, isObject, type Envelope } from '@telepat/otto-protocol';
import { DRAIN_MS_MAX, STREAM_LISTENERS_MAX } from '@telepat/otto-protocol/limits';
import type { Command } from './command.js';
import { listenTo, type ListenerUpdate } from './listener-subscription.js';
import type { CommandResult } from './outcome.js';
import { RunningCommand } from './running-command.js';
import type { Session, TakeFrame } from './session.js';
import { UpdateStream, type UpdateOptions, type Updates } from './update-stream.js';

/** Runs a command and follows the listeners that its result declares. */
export async function followCommand(
  session: Session,
  command: Command,
  options: StreamOptions,
): Promise<CommandStream> {
  const following = new Following(session, command, options);
  const result = await new RunningCommand(session, command, (good) => following.begin(good)).outcome();
  return {
    result,
    ...(following.updates === undefined ? {} : { updates: following.updates }),
    cancel: () => following.cancel(),
    [Symbol.asyncDispose]: () => following.cancel(),
  };
}

/** A stream session at the relay, from the result that opened it to the further result that ends it. */
class Following {
  updates: UpdateStream<StreamUpdate> | undefined;
  readonly #session: Session;
  readonly #command: Command;
  readonly #options: StreamOptions;
  #subscriptions: readonly UpdateStream<ListenerUpdate>[] = [];
  #requestId = '';
  /** The relay has it. */
  #isLive = false;
  #ending: Promise<void> | undefined;
  #tellEnded: () => void = () => {};

  constructor(session: Session, command: Command, options: StreamOptions) {
    this.#session = session;
    this.#command = command;
    this.#options = options;
  }

  /** Runs with the result, so that not even the next frame is missed. */
  begin({ requestId, data }: CommandResult): TakeFrame | undefined {
    const declared = declaredListeners(data);
    if (declared.length === 0) return undefined;
    this.#requestId = requestId;
    this.#isLive = true;
    const stream = new UpdateStream<StreamUpdate>(this.#options, () => void this.cancel());
    this.updates = stream;
    const { nodeId, tabSessionId } = this.#command;
    this.#subscriptions = declared.map(({ listener, options }) =>
      listenTo(this.#session, { nodeId, tabSessionId, listener, options, resume: false }),
    );
    this.#subscriptions.forEach((updates, index) => void this.#pass(stream, updates, declared[index]?.listener ?? ''));
    // What is refused comes through the updates themselves.
    Promise.all(this.#subscriptions.map(({ ready }) => ready)).then(
      () => stream.opened(),
      () => undefined,
    );
    return (frame) => this.#take(frame);
  }

  /** Resolves when the relay has ended the stream, or has had its time to. */
  cancel(): Promise<void> {
    if (this.updates === undefined) return Promise.resolve();
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #pass(
    stream: UpdateStream<StreamUpdate>,
    updates: UpdateStream<ListenerUpdate>,
    listener: string,
  ): Promise<void> {
    try {
      for await (const update of updates) stream.push({ listener, ...update }, updates.lastChars);
    } catch (error) {
      stream.fail(OttoError.from(error));
      void this.cancel();
    }
  }

  #take({ messageType, payload, requestId }: Envelope): void {
    if (messageType !== 'result') return;
    this.#isLive = false;
    this.#tellEnded();
    const data = isObject(payload) && isObject(payload['data']) ? payload['data'] : {};
    const reason = data['reason'];
    // A subscribe that failed says more, and it says so itself.
    if (typeof reason === 'string' && !reason.startsWith('listener_subscribe_')) {
      this.updates?.fail(new RemoteError({ code: reason, nodeId: this.#command.nodeId }, requestId));
      void this.cancel();
    }
  }

  async #end(): Promise<void> {
    // What it failed of is still to be read.
    if (this.updates?.isOver === false) this.updates.close();
    const ids = { requestId: this.#session.newRequestId() };
    const isSent = this.#isLive && this.#session.send('command_cancel', { targetRequestId: this.#requestId }, ids) > 0;
    // The relay takes the listeners back with it.
    if (isSent) await this.#ended();
    this.#isLive = false;
    this.#session.forget(this.#requestId);
    for (const subscription of this.#subscriptions) subscription.close();
  }

  #ended(): Promise<void> {
    return new Promise((resolve) => {
      const patience = this.#session.platform.clock.after(DRAIN_MS_MAX, () => resolve());
      this.#tellEnded = () => {
        patience.cancel();
        resolve();
      };
    });
  }
}

/** What a result declares under `stream.listeners`; what is malformed, or too much, does not count for the relay either. */
function declaredListeners(data: unknown): readonly DeclaredListener[] {
  const stream = isObject(data) ? data['stream'] : undefined;
  const listeners = isObject(stream) ? stream['listeners'] : undefined;
  if (!Array.isArray(listeners)) return [];
  return listeners.slice(0, STREAM_LISTENERS_MAX).flatMap((declared: unknown) => {
    const listener = isObject(declared) ? declared['listener'] : undefined;
    const options = isObject(declared) ? declared['options'] : undefined;
    if (typeof listener !== 'string' || listener === '') return [];
    return [{ listener, ...(isObject(options) ? { options } : {}) }];
  });
}

/** A command that ran, and what it goes on to tell. */
export interface CommandStream extends AsyncDisposable {
  readonly result: CommandResult;
  /** Of all listeners that it declares, in the order they came; undefined where it declares none. */
  readonly updates?: Updates<StreamUpdate>;
  /** Ends it at the relay and the node; resolves when that is so. Leaving the updates does the same. */
  cancel(): Promise<void>;
}

/** One update, and the listener that gave it. */
export interface StreamUpdate extends ListenerUpdate {
  readonly listener: string;
}

/** A stream is not begun again after a lost connection: its command would have to run anew. */
export type StreamOptions = Omit<UpdateOptions, 'resume' | 'signal'>;

interface DeclaredListener {
  readonly listener: string;
  readonly options?: Readonly<Record<string, unknown>>;
}
