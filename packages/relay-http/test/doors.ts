import type { Claims } from '@telepat/otto-relay-core';
import { testRelay, type TestRelay, type TestRelayOptions } from '@telepat/otto-relay-core/testing';
import { fastify, type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import { expect, onTestFinished } from 'vitest';
import { ROUTES, SERVER_OPTIONS, errorsOf, relayHttp, type HttpPolicy, type RelayHttpOptions } from '../src/index.js';
import { TestSocket, type SocketOptions } from './test-socket.js';

/** The operator token of every relay of these tests. */
export const OPERATOR = 'operator-token';

const POLICY: HttpPolicy = {
  extensionOrigins: [],
  controllerOrigins: [],
  allowedHosts: [],
  registration: { allowRemote: false },
  maxFrameBytes: 1_000_000,
  maxBufferedBytes: 8 * 1024 * 1024,
  maxSockets: 100,
  maxUnauthenticatedSockets: 50,
};

/** A relay in memory behind its real doors. */
export async function openDoors(options: DoorsOptions = {}): Promise<Doors> {
  const world = await testRelay(options.relay);
  const app = fastify({
    ...SERVER_OPTIONS,
    logger: { level: 'error', stream: { write: (line) => void logged.push(line) } },
  });
  const logged: string[] = [];
  await app.register(relayHttp, {
    relay: world.relay,
    operator: { matches: (token) => token === OPERATOR, prove: (challenge) => `proof of ${challenge}` },
    readiness: options.readiness ?? (() => ({ status: 'ready' })),
    process: () => ({ version: '1.2.3', pid: 42, port: 8787, uptimeMs: 1_000, warnings: [] }),
    policy: { ...POLICY, ...options.policy },
  });
  const doors = new Doors(world, app, logged);
  onTestFinished(() => doors.close());
  return doors;
}

/** The doors, and the ways to knock. */
export class Doors {
  readonly world: TestRelay;
  readonly app: FastifyInstance;
  /** What was logged as an error. */
  readonly #logged: string[];
  #port: number | undefined;

  constructor(world: TestRelay, app: FastifyInstance, logged: string[]) {
    this.world = world;
    this.app = app;
    this.#logged = logged;
  }

  get(url: string, options: RequestOptions = {}): Promise<Answer> {
    return this.request('GET', url, options);
  }

  post(url: string, body: unknown, options: RequestOptions = {}): Promise<Answer> {
    return this.request('POST', url, { ...options, body });
  }

  async request(method: 'GET' | 'POST' | 'OPTIONS', url: string, options: RequestOptions = {}): Promise<Answer> {
    const { body, token, headers = {}, from } = options;
    const response = await this.app.inject({
      method,
      url,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(from === undefined ? {} : { remoteAddress: from }),
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const answer = answerOf(response);
    const route = ROUTES.find((row) => row.method === method && row.url === url.split('?')[0]);
    if (answer.status === 200) expect(() => route?.reply.parse(answer.body)).not.toThrow();
    // What a route answers, its documentation knows.
    const code = answer.body?.['error'];
    if (route !== undefined && typeof code === 'string') expect(errorsOf(route)).toContain(code);
    return answer;
  }

  token(claims: Claims): Promise<string> {
    return this.world.token(claims);
  }

  /** An access token of a node. */
  nodeToken(nodeId: string): Promise<string> {
    return this.token({ role: 'node', nodeId, scopes: [] });
  }

  /** An access token of a client that the relay knows. */
  clientToken(clientId: string): Promise<string> {
    return this.token({ role: 'controller', clientId, controllerId: `ctl_${clientId}`, scopes: [] });
  }

  /** The port of the relay on this machine; the first call opens it. */
  async port(): Promise<number> {
    if (this.#port === undefined) {
      const address = await this.app.listen({ host: '127.0.0.1', port: 0 });
      this.#port = Number(new URL(address).port);
    }
    return this.#port;
  }

  /** A WebSocket over a real connection, open or refused. */
  async connect(path: string, options: SocketOptions = {}): Promise<TestSocket> {
    const socket = new TestSocket(`ws://127.0.0.1:${String(await this.port())}${path}`, options);
    await socket.settled;
    return socket;
  }

  /** Resolves when the relay holds no connection any more. */
  async idle(): Promise<void> {
    while (this.world.relay.tables().connections > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  /** The errors that a test provoked. */
  takeLogged(): string {
    return this.#logged.splice(0).join('');
  }

  async close(): Promise<void> {
    this.world.relay.stop();
    await this.app.close();
    expect(this.world.bugs).toEqual([]);
    expect(this.takeLogged()).toBe('');
  }
}

function answerOf(response: LightMyRequestResponse): Answer {
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    body: response.body === '' ? undefined : (JSON.parse(response.body) as Record<string, unknown>),
  };
}

export interface DoorsOptions {
  readonly relay?: TestRelayOptions;
  readonly policy?: Partial<HttpPolicy>;
  readonly readiness?: RelayHttpOptions['readiness'];
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Record<string, string>;
  /** The address of the other side. */
  readonly from?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  readonly body: Record<string, unknown> | undefined;
}
