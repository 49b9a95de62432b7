import type { IncomingMessage } from 'node:http';
import { get } from 'node:http';

/** A relay says of itself less than this. */
export const GOT_BYTES_MAX = 64 * 1024;

/** Failures in which no connection was made, so that nobody has been spoken to. */
const NOT_CONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * Asks an address about which nothing is known yet. Whatever listens there, the answer is there in time, and no more of
 * it is taken than stated; redirects are not followed. Not with `fetch`: that waits for ever for somebody who hangs up
 * as soon as he is connected, and a wait for `fetch` alone does not keep the process alive.
 *
 * @throws the reason of the signal when it is aborted
 */
export async function httpGet(url: URL, options: { msMax: number; signal?: AbortSignal }): Promise<Got> {
  const { msMax, signal } = options;
  signal?.throwIfAborted();
  const start = url.protocol === 'https:' ? (await import('node:https')).get : get;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), msMax);
  const ended = signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, signal]);
  try {
    return await new Promise<Got>((resolve, reject) => {
      let isAnswering = false;
      const request = start(url, { signal: ended, agent: false }, (response) => {
        isAnswering = true;
        read(response).then(resolve, reject);
      });
      request.once('error', reject);
      // Somebody who answers with a change of protocol is hung up on without an error.
      request.once('close', () => void (isAnswering || reject(new Error('no answer of HTTP'))));
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (deadline.signal.aborted) return { outcome: 'late' };
    const isNobody = error instanceof Error && 'code' in error && NOT_CONNECTED.has(error.code);
    return { outcome: isNobody ? 'nobody' : 'broken' };
  } finally {
    clearTimeout(timer);
  }
}

async function read(response: IncomingMessage): Promise<Got> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    // Leaving the loop hangs up.
    if (bytes > GOT_BYTES_MAX) return { outcome: 'broken' };
    chunks.push(part);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return { outcome: 'answered', date: response.headers.date, text };
}

/**
 * `nobody`: nobody listens there. `late`: somebody listens and does not answer in time. `broken`: somebody listens, and
 * gives an answer that is no HTTP, too long or none.
 */
export type Got =
  | { readonly outcome: 'answered'; readonly date: string | undefined; readonly text: string }
  | { readonly outcome: 'nobody' | 'late' | 'broken' };
