import { Agent, request } from 'node:http';

/** Calls the HTTP side of one relay process. */
export class Caller {
  readonly #port: number;
  readonly #operatorToken: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  /** Answers so far, good and bad. */
  answerCount = 0;

  constructor({ port, operatorToken }: { port: number; operatorToken: string }) {
    this.#port = port;
    this.#operatorToken = operatorToken;
  }

  /** A POST; undefined when the connection ended without an answer. */
  post(path: string, body: object, { token, key }: { token?: string; key?: string } = {}): Promise<Answer | undefined> {
    return this.#call('POST', path, {
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
    });
  }

  asOperator(path: string, body: object): Promise<Answer | undefined> {
    return this.post(path, body, { token: this.#operatorToken });
  }

  get(path: string, token?: string): Promise<Answer | undefined> {
    return this.#call('GET', path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  }

  close(): void {
    this.#agent.destroy();
  }

  #call(method: string, path: string, sent: { headers: Record<string, string>; body?: string }) {
    return new Promise<Answer | undefined>((resolve) => {
      const options = { host: '127.0.0.1', port: this.#port, method, path, headers: sent.headers, agent: this.#agent };
      const call = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('error', () => resolve(undefined));
        response.on('end', () => {
          this.answerCount += 1;
          resolve({ status: response.statusCode ?? 0, body: objectOf(text) });
        });
      });
      call.on('error', () => resolve(undefined));
      call.end(sent.body);
    });
  }
}

function objectOf(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Whoever asked looks at the fields that it expects. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}
