import type { RelayServer } from '../../src/create-relay-server.js';
import { ask, askUpgrade, type RawAnswer, type RawRequest } from './raw-connection.js';
import { client, startRelay } from './relay-world.js';
import { tempFolder } from './temp-folder.js';
import { WireSocket } from './wire-socket.js';

/** A relay as its owner runs it, on a real port and a real folder, and the ways to get at it. */
export async function attackWorld(env: Record<string, string> = {}, folder = tempFolder()): Promise<AttackWorld> {
  return new AttackWorld(await startRelay(folder, env), folder);
}

/** The relay under attack. */
export class AttackWorld {
  readonly server: RelayServer;
  readonly folder: string;
  readonly port: number;
  readonly #http: ReturnType<typeof client>;
  #count = 0;

  constructor(server: RelayServer, folder: string) {
    this.server = server;
    this.folder = folder;
    this.port = server.address.port;
    this.#http = client(this.port, folder);
  }

  get operatorToken(): string {
    return this.#http.operatorToken();
  }

  /** One request, word by word. */
  ask(request: RawRequest): Promise<RawAnswer> {
    return ask(this.port, request);
  }

  askUpgrade(path: string, headers: Record<string, string | undefined> = {}) {
    return askUpgrade(this.port, path, headers);
  }

  get(path: string, token?: string) {
    return this.#http.get(path, token);
  }

  post(path: string, body: unknown, token?: string) {
    return this.#http.post(path, body, token);
  }

  asOperator(path: string, body?: unknown) {
    return this.#http.asOperator(path, body);
  }

  /** A controller client of its own, logged in. */
  async login(): Promise<LoggedIn> {
    this.#count += 1;
    const registered = await this.post('/api/controller/register', { name: `c${this.#count}`, description: 'a test' });
    const clientId = String(registered.body['clientId']);
    const clientSecret = String(registered.body['clientSecret']);
    const { body } = await this.post('/api/controller/token', { clientId, clientSecret });
    return {
      clientId,
      clientSecret,
      accessToken: String(body['accessToken']),
      refreshToken: String(body['refreshToken']),
    };
  }

  /** Pairs a node as its owner would. */
  async pair(nodeId: string): Promise<PairedNode> {
    const { body: request } = await this.post('/api/pairing/request', { nodeId });
    const { body: approved } = await this.asOperator('/api/pairing/approve', { code: request['code'] });
    const challengeId = String(request['challengeId']);
    const { body } = await this.get(`/api/pairing/status?challengeId=${challengeId}`);
    return {
      challengeId,
      accessToken: String(body['nodeAccessToken']),
      refreshToken: String(body['nodeRefreshToken']),
      controllerAccessToken: String(approved['controllerAccessToken']),
    };
  }

  grant(node: PairedNode, clientId: string, grant = true, expiresAt?: number) {
    const body = { clientId, grant, ...(expiresAt === undefined ? {} : { expiresAt }) };
    return this.post('/api/controller/access', body, node.accessToken);
  }

  /** A socket that is open and has said nothing. */
  socket(role: 'controller' | 'node', headers: Record<string, string> = {}): Promise<WireSocket> {
    return WireSocket.open(this.port, role, headers);
  }

  /** An authenticated socket. */
  async join(role: 'controller' | 'node', accessToken: string, hello: object = {}): Promise<WireSocket> {
    const socket = await this.socket(role);
    const { messageType } = await socket.join(accessToken, hello);
    if (messageType !== 'auth_ack') throw new Error(`auth was answered with ${messageType}`);
    return socket;
  }

  /** A node that answers, and a controller that may command it. */
  async pairOfPeers(): Promise<Peers> {
    const peers = await this.silentPeers();
    peers.nodeSocket.answerCommands();
    return peers;
  }

  /** A node that leaves its commands without an answer, and a controller that may command it. */
  async silentPeers(): Promise<Peers> {
    const node = await this.pair('n1');
    const login = await this.login();
    await this.grant(node, login.clientId);
    const nodeSocket = await this.join('node', node.accessToken, { nodeId: 'n1' });
    return { node, login, nodeSocket, controller: await this.join('controller', login.accessToken) };
  }
}

export interface LoggedIn {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface PairedNode {
  readonly challengeId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Of the controller that is bound to the node. */
  readonly controllerAccessToken: string;
}

export interface Peers {
  readonly node: PairedNode;
  readonly login: LoggedIn;
  readonly nodeSocket: WireSocket;
  readonly controller: WireSocket;
}
