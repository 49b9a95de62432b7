import { PROTOCOL_VERSION, type MessageType, type Role } from '@telepat/otto-protocol';
import type { Connection } from '../session/connection.js';
import type { Relay } from '../relay.js';
import { FakePeer, type ReceivedFrame } from './fake-peer.js';
import type { ManualClock } from './manual-clock.js';
import { encodeUtf8 } from './utf8.js';

/** The far end of one socket of a relay in memory: sends frames, remembers what came. */
export class TestClient {
  readonly peer = new FakePeer();
  readonly connection: Connection;
  readonly role: Role;
  readonly #clock: ManualClock;
  readonly #name: string;
  #count = 0;

  constructor(relay: Relay, clock: ManualClock, role: Role) {
    this.#clock = clock;
    this.role = role;
    this.#name = `${role}${++clientCount}`;
    this.connection = relay.connect(this.peer, { role, remoteAddress: 'test' });
    this.peer.onClose = () => this.connection.closed();
  }

  /** Every frame that came, oldest first. */
  get received(): ReceivedFrame[] {
    return this.peer.received;
  }

  get lastFrame(): ReceivedFrame | undefined {
    return this.received.at(-1);
  }

  /** The payload of the newest error. */
  get lastError(): Readonly<Record<string, unknown>> | undefined {
    return this.received.filter((frame) => frame.messageType === 'error').at(-1)?.payload;
  }

  /** Every terminal frame (`result` or `error`) of one requestId. */
  terminals(requestId: string): ReceivedFrame[] {
    return this.received.filter(
      (frame) => frame.requestId === requestId && (frame.messageType === 'result' || frame.messageType === 'error'),
    );
  }

  /** The types of the events of one requestId, in order. */
  events(requestId: string): unknown[] {
    return this.received
      .filter((frame) => frame.requestId === requestId && frame.messageType === 'event')
      .map((frame) => frame.payload['type']);
  }

  /** The frames of one message type. */
  ofType(messageType: MessageType): ReceivedFrame[] {
    return this.received.filter((frame) => frame.messageType === messageType);
  }

  /** Sends a frame, with anything in it that the test wants otherwise. */
  send(messageType: string, payload: unknown, overrides: Record<string, unknown> = {}): string {
    const requestId = `${this.#name}-${++this.#count}`;
    const timestamp = this.#clock.isoNow();
    const frame = {
      protocolVersion: PROTOCOL_VERSION,
      messageType,
      requestId,
      timestamp,
      senderRole: this.role,
      payload,
      ...overrides,
    };
    this.sendText(JSON.stringify(frame));
    return typeof overrides['requestId'] === 'string' ? overrides['requestId'] : requestId;
  }

  sendText(text: string): void {
    this.connection.receive(text, encodeUtf8(text));
  }

  /** The socket drops without a word. */
  drop(): void {
    this.connection.closed();
  }
}

let nonceCount = 0;
let clientCount = 0;

/** A controller in memory. */
export class TestController extends TestClient {
  /** Sends a command; returns its requestId. */
  command(node: string, options: TestCommand = {}): string {
    const { action = 'primitive.dom.extract_text', tab, input, requestId, ...rest } = options;
    const payload = {
      targetNodeId: node,
      action,
      replayNonce: `nonce-${++nonceCount}`,
      ...(input === undefined ? {} : { payload: input }),
      ...(tab === undefined ? {} : { tabSessionId: tab }),
      ...rest,
    };
    return this.send('command', payload, requestId === undefined ? {} : { requestId });
  }

  /** The same, willing to wait for its turn. */
  queue(node: string, options: TestCommand = {}): string {
    return this.command(node, { waitPolicy: 'wait_with_timeout', ...options });
  }

  cancel(targetRequestId: string): string {
    return this.send('command_cancel', { targetRequestId });
  }
}

/** A node in memory: answers when it is told to. */
export class TestNode extends TestClient {
  /** The commands that came, oldest first. */
  get commands(): ReceivedFrame[] {
    return this.ofType('command');
  }

  /** The requestIds of the commands that came. */
  get commandIds(): string[] {
    return this.commands.map((frame) => frame.requestId);
  }

  answer(requestId: string, data: unknown = {}): void {
    this.send('result', { ok: true, durationMs: 1, action: 'test', data, commandOutcome: 'completed' }, { requestId });
  }

  refuse(requestId: string, code: string): void {
    this.send('error', { category: 'execution', code, message: code }, { requestId });
  }
}

export interface TestCommand {
  readonly action?: string;
  readonly tab?: string | undefined;
  readonly input?: Record<string, unknown>;
  readonly requestId?: string;
  readonly timeoutMs?: number;
  readonly waitPolicy?: string;
  readonly replayNonce?: string;
  readonly [extra: string]: unknown;
}
