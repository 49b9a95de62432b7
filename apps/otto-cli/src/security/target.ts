import { randomBytes } from 'node:crypto';
import type { Role } from '@telepat/otto-protocol';
import { WebSocket, type ClientOptions } from 'ws';
import { NotPlayable } from './attack.js';
import { AttackSocket } from './attack-socket.js';
import { httpAsk, type Answer, type Ask } from './http-ask.js';

/** How long the relay may take for one thing. */
const WAIT_MS_MAX = 3_000;

/**
 * The relay under attack, and the names under which it is attacked: clients and nodes that are made for this, and that
 * are removed again. Nobody else's are touched.
 */
export class Target {
  readonly options: TargetOptions;
  readonly #clientIds = new Set<string>();
  readonly #nodes = new Map<string, string | undefined>();
  readonly #sockets = new Set<AttackSocket>();
  readonly #mark = randomBytes(4).toString('hex');
  #count = 0;

  constructor(options: TargetOptions) {
    this.options = options;
  }

  ask(asked: Ask): Promise<Answer> {
    this.options.signal.throwIfAborted();
    return httpAsk(this.options.httpUrl, asked);
  }

  asOperator(path: string, body?: object): Promise<Answer> {
    return this.ask({ path, token: this.options.operatorToken, ...(body === undefined ? {} : { body }) });
  }

  /** A name that nobody else has. */
  newName(): string {
    this.#count += 1;
    return `self-test-${this.#mark}-${this.#count}`;
  }

  /** Opens a WebSocket, or says with which HTTP status it was refused. */
  async knock(path: string, options: ClientOptions = {}): Promise<AttackSocket | number> {
    this.options.signal.throwIfAborted();
    const url = new URL(path, this.options.httpUrl.replace(/^http/, 'ws'));
    const ws = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: 5_000, ...options });
    const role = url.searchParams.get('role') === 'node' ? 'node' : 'controller';
    const socket = new AttackSocket(ws, { role, waitMs: this.options.waitMs ?? WAIT_MS_MAX });
    this.#sockets.add(socket);
    return new Promise((resolve) => {
      ws.once('open', () => resolve(socket));
      ws.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0));
      ws.once('close', () => resolve(0));
    });
  }

  /** A WebSocket that has said nothing yet. */
  async connect(role: Role): Promise<AttackSocket> {
    const socket = await this.knock(`/?role=${role}`);
    if (typeof socket === 'number') throw new NotPlayable(`a socket was refused with ${socket}`);
    return socket;
  }

  /** An authenticated one. */
  async join(role: Role, accessToken: string, hello: object = {}): Promise<AttackSocket> {
    const socket = await this.connect(role);
    const answer = await socket.authenticate(accessToken, hello);
    if (answer !== 'auth_ack') throw new NotPlayable(`its own token was answered with ${answer}`);
    return socket;
  }

  /** A client of its own, logged in. */
  async newClient(): Promise<OwnClient> {
    const { registrationSecret } = this.options;
    const { body, status } = await this.ask({
      path: '/api/controller/register',
      body: { name: this.newName(), description: 'otto security self-test; may be removed' },
      headers: registrationSecret === undefined ? {} : { 'x-otto-registration-secret': registrationSecret },
    });
    if (typeof body['clientId'] !== 'string')
      throw new NotPlayable(`registering was answered with ${reason(status, body)}`);
    const clientId = this.cleanUpClient(body['clientId']);
    const clientSecret = String(body['clientSecret']);
    const { body: login } = await this.ask({ path: '/api/controller/token', body: { clientId, clientSecret } });
    return { clientId, clientSecret, ...tokensOf(login) };
  }

  /** A node of its own, paired. */
  async newNode(): Promise<OwnNode> {
    const { nodeId, challengeId, code } = await this.newPairing();
    const { status, body } = await this.asOperator('/api/pairing/approve', { code });
    if (status !== 200) throw new NotPlayable(`pairing was answered with ${reason(status, body)}`);
    const { body: handed } = await this.ask({ path: `/api/pairing/status?challengeId=${challengeId}` });
    const refreshToken = String(handed['nodeRefreshToken']);
    this.#nodes.set(nodeId, refreshToken);
    return { nodeId, challengeId, accessToken: String(handed['nodeAccessToken']), refreshToken };
  }

  /** A pairing that waits for its approval. */
  async newPairing(nodeId = this.newName()): Promise<OwnPairing> {
    const { status, body } = await this.ask({ path: '/api/pairing/request', body: { nodeId } });
    if (status !== 200) throw new NotPlayable(`asking for a pairing was answered with ${reason(status, body)}`);
    this.#nodes.set(nodeId, this.#nodes.get(nodeId));
    return { nodeId, challengeId: String(body['challengeId']), code: String(body['code']) };
  }

  async grant(node: OwnNode, clientId: string, grant = true): Promise<void> {
    await this.ask({ path: '/api/controller/access', body: { clientId, grant }, token: node.accessToken });
  }

  /** Takes note of a client that must be removed in the end, however it came to be. */
  cleanUpClient(clientId: string): string {
    this.#clientIds.add(clientId);
    return clientId;
  }

  /** Ends the sockets of the last attack. */
  endSockets(): void {
    for (const socket of this.#sockets) socket.end();
    this.#sockets.clear();
  }

  /** Removes what was made, and says what could not be removed. */
  async leave(): Promise<readonly string[]> {
    this.endSockets();
    const left: string[] = [];
    for (const clientId of this.#clientIds) {
      if (!(await this.#isRemoved('/api/controller/remove', { clientId }))) left.push(clientId);
    }
    for (const [nodeId, refreshToken] of this.#nodes) {
      if (await this.#isRemoved('/api/nodes/remove', { nodeId })) continue;
      // A relay that cannot remove nodes can at least end their tokens.
      if (refreshToken !== undefined && (await this.#isRemoved('/api/auth/revoke', { refreshToken }))) continue;
      if (refreshToken !== undefined) left.push(nodeId);
    }
    return left;
  }

  /** Not stopped by an interruption: it is what is done then. */
  async #isRemoved(path: string, body: object): Promise<boolean> {
    const asked = { path, body, token: this.options.operatorToken };
    const { status, body: said } = await httpAsk(this.options.httpUrl, asked).catch(() => NO_ANSWER);
    return status === 200 || said['code'] === 'client_not_found' || said['code'] === 'node_not_found';
  }
}

const NO_ANSWER: Pick<Answer, 'status' | 'body'> = { status: 0, body: {} };

/** How an answer is told: its code, else its status. */
export function reason(status: number, body: Readonly<Record<string, unknown>>): string {
  return typeof body['code'] === 'string' ? `${status} ${body['code']}` : String(status);
}

function tokensOf(body: Readonly<Record<string, unknown>>): { accessToken: string; refreshToken: string } {
  return { accessToken: String(body['accessToken']), refreshToken: String(body['refreshToken']) };
}

export interface TargetOptions {
  readonly httpUrl: string;
  readonly operatorToken: string;
  /** The folder of the relay. */
  readonly folder: string;
  readonly platform: NodeJS.Platform;
  /** Presented when clients are registered, where the relay asks for it. */
  readonly registrationSecret?: string;
  readonly signal: AbortSignal;
  /** How long the relay may take for anything that an attack waits for; by default three seconds. */
  readonly waitMs?: number;
}

export interface OwnClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface OwnPairing {
  readonly nodeId: string;
  readonly challengeId: string;
  readonly code: string;
}

export interface OwnNode {
  readonly nodeId: string;
  readonly challengeId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}
