import type { OpenSocket, Socket, SocketHandlers } from '../ports.js';

/**
 * A network in memory. Each socket that is opened appears as a `FarEnd`, which the test accepts, refuses or closes.
 * What is sent arrives in a later microtask, as on a real network: never before `send` has returned.
 */
export class MemoryNetwork {
  /** Every far end, in the order of opening. */
  readonly opened: FarEnd[] = [];
  readonly #onOpened: (far: FarEnd) => void;

  /** `onOpened` is told of each new far end; without it, tests find them in `opened`. */
  constructor(onOpened: (far: FarEnd) => void = () => {}) {
    this.#onOpened = onOpened;
  }

  readonly openSocket: OpenSocket = (url, handlers) => {
    const far = new FarEnd(url, handlers);
    this.opened.push(far);
    later(() => this.#onOpened(far));
    return far.near;
  };

  /** The far end of the newest socket. */
  get newest(): FarEnd {
    const far = this.opened.at(-1);
    if (far === undefined) throw new Error('no socket was opened');
    return far;
  }
}

/** The relay's end of a socket in memory. */
export class FarEnd {
  readonly url: string;
  /** The end that `openSocket` gave. */
  readonly near: Socket;
  /** Every text that the near end sent. */
  readonly received: string[] = [];
  /** What the near end closed with. */
  closedByNear: { code: number | undefined; reason: string | undefined } | undefined;
  onText: (text: string) => void = () => {};
  onClosed: () => void = () => {};
  /** What the near end is told that waits to be sent. */
  bufferedBytes = 0;
  readonly #handlers: SocketHandlers;
  #isOver = false;

  constructor(url: string, handlers: SocketHandlers) {
    this.url = url;
    this.#handlers = handlers;
    this.near = {
      send: (text) => this.#take(text),
      close: (code, reason) => this.#closeFromNear(code, reason),
      bufferedBytes: () => this.bufferedBytes,
    };
  }

  accept(): void {
    this.#deliver(() => this.#handlers.onOpen());
  }

  send(text: string): void {
    this.#deliver(() => this.#handlers.onText(text));
  }

  /** Closes; before `accept` it refuses the connection. */
  close(code: number, reason = ''): void {
    this.#deliver(() => {
      this.#isOver = true;
      this.#handlers.onClose(code, reason);
    });
  }

  /** The network fails: both ends notice. */
  drop(): void {
    this.close(ABNORMAL_CLOSE, 'the network failed');
    later(() => this.onClosed());
  }

  #take(text: string): void {
    if (this.closedByNear !== undefined) return;
    this.#deliver(() => {
      this.received.push(text);
      this.onText(text);
    });
  }

  #closeFromNear(code: number | undefined, reason: string | undefined): void {
    if (this.closedByNear !== undefined) return;
    this.closedByNear = { code, reason };
    this.#deliver(() => {
      this.#isOver = true;
      this.#handlers.onClose(code ?? 1_005, reason ?? '');
      this.onClosed();
    });
  }

  #deliver(run: () => void): void {
    later(() => {
      if (!this.#isOver) run();
    });
  }
}

const ABNORMAL_CLOSE = 1_006;

/** Lets everything that is under way in memory arrive. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
}

/** More microtask turns than any exchange of our tests takes. */
const TURNS = 200;

function later(run: () => void): void {
  void Promise.resolve().then(run);
}
