import { once } from 'node:events';
import { expect } from 'vitest';
import { WebSocket } from 'ws';

/** A node without a browser, which answers when it is told to. */
export class ScriptedNode {
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #url: string;
  readonly #token: string;
  readonly #orders: string[] = [];

  static async pair(url: string, nodeId: string, approve: (code: string) => Promise<unknown>): Promise<ScriptedNode> {
    const { challengeId, code } = await json(`${url}/api/pairing/request`, { nodeId });
    await approve(String(code));
    const { nodeAccessToken } = await json(`${url}/api/pairing/status?challengeId=${String(challengeId)}`);
    const node = new ScriptedNode(url, String(nodeAccessToken));
    await once(node.#socket, 'open');
    node.#send('hello', { role: 'node', nodeId });
    node.#send('auth', { accessToken: nodeAccessToken });
    return node;
  }

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}/?role=node`);
    this.closed = once(this.#socket, 'close').then(([code]) => Number(code));
    this.#socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as {
        messageType: string;
        requestId: string;
        payload: { action?: string };
      };
      if (frame.messageType === 'command') this.#orders.push(frame.requestId);
    });
  }

  async grant(clientId: string): Promise<void> {
    await json(`${this.#url}/api/controller/access`, { clientId, grant: true }, this.#token);
  }

  /** The requestId of the next command. */
  async command(): Promise<string> {
    await expect.poll(() => this.#orders.length, { timeout: 30_000 }).toBeGreaterThan(0);
    return this.#orders.shift() ?? '';
  }

  answer(
    requestId: string,
    { action = 'primitive.dom.click', data = {} }: { action?: string; data?: object } = {},
  ): void {
    const payload = { ok: true, durationMs: 1, action, commandOutcome: 'completed', data };
    this.#send('result', payload, requestId);
  }

  close(): void {
    this.#socket.terminate();
  }

  #send(messageType: string, payload: object, requestId = messageType): void {
    const timestamp = new Date().toISOString();
    this.#socket.send(
      JSON.stringify({ protocolVersion: '1.0', messageType, requestId, timestamp, senderRole: 'node', payload }),
    );
  }
}

async function json(url: string, body?: object, token?: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${url}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
