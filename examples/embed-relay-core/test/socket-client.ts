import { WebSocket, type ClientOptions } from 'ws';

/** Whatever speaks Otto protocol 1.0: a bare WebSocket that remembers what came, and can be waited for. */
export class SocketClient {
  readonly received: Frame[] = [];
  readonly #role: 'controller' | 'node';
  readonly #socket: WebSocket;
  readonly #closed: Promise<number>;
  #watchers: (() => void)[] = [];
  #count = 0;

  constructor(port: number, role: 'controller' | 'node', options: ClientOptions = {}) {
    this.#role = role;
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/?role=${role}`, options);
    this.#closed = new Promise((resolve) => {
      this.#socket.on('close', (code) => resolve(code));
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('message', (data: Buffer) => {
      this.received.push(JSON.parse(data.toString('utf8')) as Frame);
      for (const look of this.#watchers.splice(0)) look();
    });
  }

  /** An authenticated one. */
  static async join(port: number, role: 'controller' | 'node', accessToken: string): Promise<SocketClient> {
    const client = new SocketClient(port, role);
    await client.opened();
    // Nobody has to wait for the answers in between.
    client.send('hello', { role });
    const requestId = client.send('auth', { accessToken });
    await client.answer(requestId, ({ messageType }) => messageType === 'auth_ack');
    return client;
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('open', () => resolve());
      this.#socket.once('error', reject);
    });
  }

  /** Sends a frame; returns its requestId. */
  send(messageType: string, payload: object, requestId = `${this.#role}-${++this.#count}`): string {
    const timestamp = new Date().toISOString();
    const frame = { protocolVersion: '1.0', messageType, requestId, timestamp, senderRole: this.#role, payload };
    this.sendText(JSON.stringify(frame));
    return requestId;
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  /** The first frame of an exchange that fits, once it is there. */
  async answer(requestId: string, fits: (frame: Frame) => boolean = () => true): Promise<Frame> {
    for (;;) {
      const found = this.received.find((frame) => frame.requestId === requestId && fits(frame));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  /** The outcome of a command. */
  outcome(requestId: string): Promise<Frame> {
    return this.answer(requestId, ({ messageType }) => messageType === 'result' || messageType === 'error');
  }

  /** The event of a type. */
  event(requestId: string, type: string): Promise<Frame> {
    return this.answer(requestId, ({ payload }) => payload['type'] === type);
  }

  /** The code that the socket was closed with. */
  get closed(): Promise<number> {
    return this.#closed;
  }

  /** Stops reading, as a program does that is busy. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.close();
  }
}

export interface Frame {
  readonly messageType: string;
  readonly requestId: string;
  readonly payload: Readonly<Record<string, unknown>>;
}
