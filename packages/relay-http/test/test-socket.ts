import type { IncomingMessage } from 'node:http';
import { PROTOCOL_VERSION } from '@telepat/otto-protocol';
import { WebSocket, type ClientOptions } from 'ws';

/** The far end of a real WebSocket: remembers what came, and lets a test wait for it. */
export class TestSocket {
  readonly ws: WebSocket;
  readonly received: Frame[] = [];
  readonly rawReceived: Buffer[] = [];
  /** Status and body, when the upgrade was refused. */
  refusal: { status: number; headers: IncomingMessage['headers']; body: Record<string, unknown> } | undefined;
  closedWith: { code: number; reason: string } | undefined;
  /** Resolves when the socket is open or was refused. */
  readonly settled: Promise<void>;
  readonly #closed: Promise<void>;
  #watchers: (() => void)[] = [];
  #count = 0;

  constructor(url: string, options: SocketOptions = {}) {
    this.ws = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.#closed = new Promise((resolve) => {
      this.ws.on('close', (code, reason) => {
        this.closedWith = { code, reason: reason.toString() };
        resolve();
        this.#changed();
      });
    });
    this.ws.on('message', (data: Buffer) => {
      this.rawReceived.push(data);
      this.received.push(JSON.parse(data.toString()) as Frame);
      this.#changed();
    });
    this.settled = new Promise((resolve) => {
      this.ws.on('open', resolve);
      // A refusal is an outcome here; 'close' follows every error.
      this.ws.on('error', () => resolve());
      this.ws.on('unexpected-response', (_request, response) => {
        void readRefusal(response).then((refusal) => {
          this.refusal = refusal;
          resolve();
        });
      });
    });
  }

  get isOpen(): boolean {
    return this.ws.readyState === WebSocket.OPEN;
  }

  send(messageType: string, payload: unknown, fields: Record<string, unknown> = {}): string {
    const requestId = `r${String(++this.#count)}`;
    const frame = { protocolVersion: PROTOCOL_VERSION, messageType, requestId, senderRole: 'controller', payload };
    this.ws.send(JSON.stringify({ timestamp: new Date().toISOString(), ...frame, ...fields }));
    return requestId;
  }

  /** Waits until what was received satisfies a condition. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.closedWith !== undefined) throw new Error(`closed with ${JSON.stringify(this.closedWith)}`);
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  /** The next frame of a type. */
  async frame(messageType: string): Promise<Frame> {
    await this.until(() => this.received.some((frame) => frame.messageType === messageType));
    const found = this.received.find((frame) => frame.messageType === messageType);
    if (found === undefined) throw new Error('unreachable');
    return found;
  }

  async closeCode(): Promise<number> {
    await this.#closed;
    return this.closedWith?.code ?? -1;
  }

  /** Says hello and authenticates. */
  async join(role: 'controller' | 'node', accessToken: string, hello: object = {}): Promise<void> {
    this.send('hello', { role, ...hello }, { senderRole: role });
    this.send('auth', { accessToken }, { senderRole: role });
    await this.frame('auth_ack');
  }

  #changed(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const watcher of watchers) watcher();
  }
}

async function readRefusal(response: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

export type SocketOptions = ClientOptions;

export interface Frame {
  readonly messageType: string;
  readonly requestId: string;
  readonly payload: Readonly<Record<string, unknown>>;
}
