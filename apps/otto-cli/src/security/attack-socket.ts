import { randomUUID } from 'node:crypto';
import { PROTOCOL_VERSION, type Role } from '@telepat/otto-protocol';
import { WebSocket, type RawData } from 'ws';
import * as z from 'zod';

const receivedFrame = z.object({
  messageType: z.string(),
  requestId: z.string(),
  payload: z.record(z.string(), z.unknown()).catch({}),
});

/** A WebSocket to the relay that may say anything, under any name. */
export class AttackSocket {
  readonly ws: WebSocket;
  readonly role: Role;
  readonly received: ReceivedFrame[] = [];
  closeCode: number | undefined;
  readonly #waitMs: number;
  readonly #watchers = new Set<() => void>();

  /** `waitMs`: how long the relay may take for anything that an attack waits for. */
  constructor(ws: WebSocket, { role, waitMs }: { role: Role; waitMs: number }) {
    this.#waitMs = waitMs;
    this.ws = ws;
    this.role = role;
    ws.on('message', (data: RawData) => {
      const frame = receivedFrame.safeParse(parseJson(String(data)));
      if (frame.success) this.received.push(frame.data);
      this.#changed();
    });
    ws.on('close', (code) => {
      this.closeCode = code;
      this.#changed();
    });
    // 'close' follows every error.
    ws.on('error', () => undefined);
  }

  /** Sends a frame that is right but for the fields that are given. */
  send(messageType: string, payload: unknown, fields: Record<string, unknown> = {}): string {
    const requestId = randomUUID();
    const envelope = { protocolVersion: PROTOCOL_VERSION, messageType, requestId, senderRole: this.role };
    this.sendText(JSON.stringify({ ...envelope, timestamp: new Date().toISOString(), payload, ...fields }));
    return requestId;
  }

  sendText(text: string): void {
    if (this.ws.readyState === WebSocket.OPEN) this.ws.send(text);
  }

  /** Sends a command that only reads. */
  command(targetNodeId: string, fields: Record<string, unknown> = {}): string {
    const payload = { targetNodeId, action: 'primitive.tab.query', replayNonce: randomUUID(), ...fields };
    return this.send('command', payload);
  }

  /** Says hello and authenticates; gives the answer to that. */
  async authenticate(accessToken: string, hello: object = {}): Promise<string> {
    this.send('hello', { role: this.role, ...hello });
    return this.answer(this.send('auth', { accessToken }));
  }

  /** How a request was answered: the code of an error, else the type of the frame; `nothing` when it was not. */
  async answer(requestId: string): Promise<string> {
    const frame = await this.frame((one) => one.requestId === requestId && !PROGRESS.has(one.messageType));
    if (frame === undefined) return this.closeCode === undefined ? 'nothing' : `close ${this.closeCode}`;
    return frame.messageType === 'error' ? String(frame.payload['code']) : frame.messageType;
  }

  /** The first frame that fits; undefined when none comes in time, or before the end. */
  async frame(fits: (frame: ReceivedFrame) => boolean): Promise<ReceivedFrame | undefined> {
    await this.#until(() => this.closeCode !== undefined || this.received.some(fits));
    return this.received.find(fits);
  }

  /** The code with which the relay closed it; undefined when it did not in time. */
  async closed(waitMs = this.#waitMs): Promise<number | undefined> {
    await this.#until(() => this.closeCode !== undefined, waitMs);
    return this.closeCode;
  }

  end(): void {
    this.ws.terminate();
  }

  async #until(condition: () => boolean, waitMs = this.#waitMs): Promise<void> {
    const deadline = AbortSignal.timeout(waitMs);
    while (!condition() && !deadline.aborted) {
      await new Promise<void>((resolve) => {
        this.#watchers.add(resolve);
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  #changed(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of watchers) watcher();
  }
}

/** Frames that are on the way to an answer. */
const PROGRESS: ReadonlySet<string> = new Set(['event', 'command']);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No frame: the schema refuses it.
    return undefined;
  }
}

export interface ReceivedFrame {
  readonly messageType: string;
  readonly requestId: string;
  readonly payload: Readonly<Record<string, unknown>>;
}
