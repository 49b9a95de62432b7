import { request as httpRequest } from 'node:http';

const ANSWER_MS_MAX = 5_000;
const ANSWER_BYTES_MAX = 1_000_000;

/** One HTTP request with whatever headers an attack wants: `fetch` would not let it lie about Host and Origin. */
export function httpAsk(baseUrl: string, asked: Ask): Promise<Answer> {
  const { method = asked.body === undefined ? 'GET' : 'POST', path, headers = {}, body, token } = asked;
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(baseUrl), {
      method,
      path,
      agent: false,
      timeout: ANSWER_MS_MAX,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (text.length < ANSWER_BYTES_MAX) text += chunk;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parseObject(text), text });
      });
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
    request.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // An answer that is no JSON has no fields.
    return {};
  }
}

export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text as it is. */
  readonly body?: object | string;
  readonly token?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The fields of a JSON answer. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}
