import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

const HEAD_END = '\r\n\r\n';

/** A TCP connection on which a test says exactly what it wants, letter by letter. */
export class RawConnection {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #isClosed = false;
  readonly #watchers = new Set<() => void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#changed();
    });
    // 'close' follows, and tells what a test wants to know.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isClosed = true;
      this.#changed();
    });
  }

  static async open(port: number, host = '127.0.0.1'): Promise<RawConnection> {
    const socket = connect({ port, host });
    const connection = new RawConnection(socket);
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return connection;
  }

  get received(): Buffer {
    return this.#received;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  /** Waits until what came, or the end, satisfies a condition. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#watchers.add(resolve));
  }

  /** Waits for the end of the connection. */
  async closed(): Promise<void> {
    await this.until(() => this.#isClosed);
  }

  /** Waits for one whole answer. */
  async answer(): Promise<RawAnswer> {
    await this.until(() => this.#isClosed || wholeAnswer(this.#received) !== undefined);
    const answer = wholeAnswer(this.#received);
    if (answer === undefined) throw new Error(`closed without an answer: ${JSON.stringify(this.#received.toString())}`);
    return answer;
  }

  /** The frames that came behind the answer to an upgrade. */
  frames(): RawFrame[] {
    const start = this.#received.indexOf(HEAD_END) + HEAD_END.length;
    return parseFrames(this.#received.subarray(start));
  }

  /** Waits for a close frame, and gives its code; undefined when the connection ended without one. */
  async closeCode(): Promise<number | undefined> {
    await this.until(() => this.#isClosed || this.frames().some(({ opcode }) => opcode === OPCODES.close));
    return this.frames()
      .find(({ opcode }) => opcode === OPCODES.close)
      ?.payload.readUInt16BE(0);
  }

  #changed(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of watchers) watcher();
  }
}

/** A request as text. A header that is undefined is left out. */
export function requestText(request: RawRequest): string {
  const { method = 'GET', path = '/', headers = {}, body } = request;
  const all: Record<string, string | undefined> = {
    host: '127.0.0.1',
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `${[`${method} ${path} HTTP/1.1`, ...lines].join('\r\n')}${HEAD_END}${body ?? ''}`;
}

/** An upgrade as text. */
export function upgradeText(path: string, headers: Record<string, string | undefined> = {}): string {
  return requestText({
    path,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      ...headers,
    },
  });
}

/** Sends one request on a connection of its own, and waits for its answer. */
export async function ask(port: number, request: RawRequest): Promise<RawAnswer> {
  const connection = await RawConnection.open(port);
  connection.send(requestText(request));
  const answer = await connection.answer();
  connection.socket.destroy();
  return answer;
}

/** Asks for a WebSocket, and keeps the connection. */
export async function askUpgrade(
  port: number,
  path: string,
  headers: Record<string, string | undefined> = {},
): Promise<{ answer: RawAnswer; connection: RawConnection }> {
  const connection = await RawConnection.open(port);
  connection.send(upgradeText(path, headers));
  return { answer: await connection.answer(), connection };
}

/** One frame from a client, masked as the protocol asks; with a length of its own choice, if given. */
export function frame(payload: string | Uint8Array, options: FrameOptions = {}): Buffer {
  const { opcode = OPCODES.text, isFinal = true, claimedLength } = options;
  const content = Buffer.from(payload);
  const length = claimedLength ?? content.byteLength;
  const head = Buffer.alloc(14);
  head.writeUInt8((isFinal ? 0x80 : 0) | opcode, 0);
  head.writeUInt8(0x80 | 127, 1);
  head.writeBigUInt64BE(BigInt(length), 2);
  // A mask of zeros leaves the content readable.
  if (length < 65_536 && length > 125) {
    head.writeUInt8(0x80 | 126, 1);
    head.writeUInt16BE(length, 2);
    return Buffer.concat([head.subarray(0, 4), Buffer.alloc(4), content]);
  }
  if (length <= 125) {
    head.writeUInt8(0x80 | length, 1);
    return Buffer.concat([head.subarray(0, 2), Buffer.alloc(4), content]);
  }
  return Buffer.concat([head, content]);
}

export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

function wholeAnswer(bytes: Buffer): RawAnswer | undefined {
  const end = bytes.indexOf(HEAD_END);
  if (end === -1) return undefined;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const status = Number(statusLine.split(' ')[1]);
  const length = status === 101 ? 0 : Number(headers['content-length'] ?? 0);
  const text = bytes.toString('utf8', end + HEAD_END.length, end + HEAD_END.length + length);
  if (Buffer.byteLength(text) < length) return undefined;
  return { status, headers, text, body: parseObject(text) };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    // Tests look at the fields that they expect.
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function parseFrames(bytes: Buffer): RawFrame[] {
  const frames: RawFrame[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const short = bytes.readUInt8(at + 1) & 0x7f;
    const headLength = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (at + headLength > bytes.length) break;
    const length =
      short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short;
    if (at + headLength + length > bytes.length) break;
    const payload = bytes.subarray(at + headLength, at + headLength + length);
    frames.push({ opcode: bytes.readUInt8(at) & 0x0f, payload });
    at += headLength + length;
  }
  return frames;
}

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | undefined>;
  readonly body?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RawFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

export interface FrameOptions {
  readonly opcode?: number;
  readonly isFinal?: boolean;
  readonly claimedLength?: number;
}
