import { PROTOCOL_VERSION } from '@telepat/otto-protocol';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';

/** The far end of a real WebSocket: remembers what came, and lets a test wait for it. */
export class WireSocket {
  readonly ws: WebSocket;
  readonly role: 'controller' | 'node';
  readonly received: WireFrame[] = [];
  closedWith: { code: number; reason: string } | undefined;
  readonly #watchers = new Set<() => void>();

  private constructor(ws: WebSocket, role: 'controller' | 'node') {
    this.ws = ws;
    this.role = role;
    ws.on('message', (data: Buffer) => {
      this.received.push(JSON.parse(data.toString()) as WireFrame);
      this.#changed();
    });
    ws.on('close', (code, reason) => {
      this.closedWith = { code, reason: reason.toString() };
      this.#changed();
    });
    // 'close' follows every error.
    ws.on('error', () => undefined);
  }

  /** Opens a socket; rejects with the HTTP status when it was refused. */
  static async open(
    port: number,
    role: 'controller' | 'node',
    headers: Record<string, string> = {},
  ): Promise<WireSocket> {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/?role=${role}`, { perMessageDeflate: false, headers });
    onTestFinished(() => ws.terminate());
    const socket = new WireSocket(ws, role);
    await new Promise<void>((resolve, reject) => {
      ws.once('open', resolve);
      ws.once('unexpected-response', (_request, { statusCode }) => {
        reject(new Error(`refused with ${String(statusCode)}`));
      });
      ws.once('close', () => reject(new Error('closed')));
    });
    return socket;
  }

  send(messageType: string, payload: unknown, fields: Record<string, unknown> = {}): string {
    const requestId = `${this.role}-${crypto.randomUUID()}`;
    const timestamp = new Date().toISOString();
    const own = { protocolVersion: PROTOCOL_VERSION, messageType, requestId, timestamp, senderRole: this.role };
    this.ws.send(JSON.stringify({ ...own, payload, ...fields }));
    return typeof fields['requestId'] === 'string' ? fields['requestId'] : requestId;
  }

  /** Sends a command that only reads. */
  command(targetNodeId: string, fields: Record<string, unknown> = {}): string {
    const payload = { targetNodeId, action: 'primitive.tab.query', replayNonce: crypto.randomUUID(), ...fields };
    return this.send('command', payload);
  }

  /** Says hello and authenticates. */
  async join(accessToken: string, hello: object = {}): Promise<WireFrame> {
    this.send('hello', { role: this.role, ...hello });
    return this.reply(this.send('auth', { accessToken }));
  }

  /** Answers every command that comes, as a node would. */
  answerCommands(): void {
    this.ws.on('message', (data: Buffer) => {
      const { messageType, requestId } = JSON.parse(data.toString()) as WireFrame;
      if (messageType !== 'command') return;
      const outcome = { ok: true, durationMs: 1, action: 'primitive.tab.query', data: {}, commandOutcome: 'completed' };
      this.send('result', outcome, { requestId });
    });
  }

  /** Waits until what was received satisfies a condition; rejects when the socket closes before. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.closedWith !== undefined) throw new Error(`closed with ${JSON.stringify(this.closedWith)}`);
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  /** The first frame of a request that is no event. */
  async reply(requestId: string): Promise<WireFrame> {
    const find = () => this.received.find((frame) => frame.requestId === requestId && !PROGRESS.has(frame.messageType));
    await this.until(() => find() !== undefined);
    const found = find();
    if (found === undefined) throw new Error('unreachable');
    return found;
  }

  /** The code of the error that a request is answered with; its message type, if it is no error. */
  async verdict(requestId: string): Promise<unknown> {
    const { messageType, payload } = await this.reply(requestId);
    return messageType === 'error' ? payload['code'] : messageType;
  }

  async closeCode(): Promise<number> {
    while (this.closedWith === undefined) await new Promise<void>((resolve) => this.#watchers.add(resolve));
    return this.closedWith.code;
  }

  #changed(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of watchers) watcher();
  }
}

const PROGRESS: ReadonlySet<string> = new Set(['event', 'command']);

export interface WireFrame {
  readonly messageType: string;
  readonly requestId: string;
  readonly payload: Readonly<Record<string, unknown>>;
}
