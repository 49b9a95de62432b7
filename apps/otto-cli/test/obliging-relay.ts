import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';

/** A token in the shape of a signed one. */
const TOKEN = `${encoded({ alg: 'HS256' })}.${encoded({ role: 'controller', scopes: [] })}.c2lnbmF0dXJl`;

/**
 * A relay without any defence: it lets everybody in, believes what it is told, hands out what it is asked for, and
 * forgets nothing. Every attack gets through.
 */
export class ObligingRelay {
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  readonly #operatorToken: string;
  /** Whoever said hello last under the id of a node. */
  readonly #nodes = new Map<string, WebSocket>();
  /** Who asked what. */
  readonly #askers = new Map<string, WebSocket>();

  constructor(operatorToken: string) {
    this.#operatorToken = operatorToken;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#take(ws));
    });
  }

  /** Gives its port. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for await (const _chunk of request) void _chunk;
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { origin } = request.headers;
    if (origin !== undefined) response.setHeader('access-control-allow-origin', origin);
    response.setHeader('content-type', 'application/json');
    const proof = createHmac('sha256', this.#operatorToken)
      .update(`otto-proof:${url.searchParams.get('challenge') ?? ''}`)
      .digest('hex');
    // Whatever anybody may hope for.
    const everything = {
      ...{ status: 'ok', proof, ok: true, logs: [], nodes: [] },
      ...{ nodeId: 'self-test', challengeId: 'chl_same', code: '123-456', expiresAt: 0 },
      ...{ pending: [{ challengeId: 'chl_same', code: '123-456' }] },
      ...{ nodeAccessToken: TOKEN, nodeRefreshToken: 'rt_same', accessToken: TOKEN, refreshToken: 'rt_same' },
      ...{ clientId: 'clt_same', clientSecret: String(Math.random()) },
    };
    response.end(JSON.stringify(everything));
  }

  #take(socket: WebSocket): void {
    socket.on('message', (data: Buffer) => {
      const frame = parseFrame(data.toString());
      if (frame !== undefined) this.#oblige(socket, frame);
    });
    // What is wrong with a frame is of no interest here.
    socket.on('error', () => undefined);
  }

  #oblige(socket: WebSocket, frame: Frame): void {
    const { messageType, requestId, payload } = frame;
    if (messageType === 'hello' && typeof payload['nodeId'] === 'string') this.#nodes.set(payload['nodeId'], socket);
    if (messageType === 'command') {
      const node = this.#nodes.get(String(payload['targetNodeId']));
      this.#askers.set(requestId, socket);
      if (node === undefined) reply(socket, requestId, 'result');
      else node.send(JSON.stringify(frame));
      return;
    }
    if (messageType === 'result') {
      this.#askers.get(requestId)?.send(JSON.stringify(frame));
      return;
    }
    reply(socket, requestId, ANSWERS[messageType] ?? 'result');
  }
}

const ANSWERS: Readonly<Record<string, string>> = { hello: 'hello_ack', auth: 'auth_ack', ping: 'pong' };

function reply(socket: WebSocket, requestId: string, messageType: string): void {
  const envelope = { protocolVersion: '1.0', messageType, requestId, senderRole: 'relay' };
  socket.send(JSON.stringify({ ...envelope, payload: { accepted: true } }));
}

function parseFrame(text: string): Frame | undefined {
  try {
    // Only the attacks talk to it.
    return JSON.parse(text) as Frame;
  } catch {
    // Noise is as welcome as anything, and gets no answer.
    return undefined;
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

interface Frame {
  readonly messageType: string;
  readonly requestId: string;
  readonly payload: Readonly<Record<string, unknown>>;
}
