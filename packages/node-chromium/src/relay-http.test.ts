import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { relayHttp } from './relay-http.js';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await closed(server);
});

it('a refusal in the words of a relay is that', async () => {
  const url = await answering(401, {
    code: 'invalid_refresh_token',
    error: 'invalid_refresh_token',
    message: 'Spent.',
  });

  await expect(refreshAt(url)).rejects.toMatchObject({
    code: 'invalid_refresh_token',
    message: 'Spent.',
    retryable: false,
  });
});

it('a refusal for now may be tried again', async () => {
  await expect(refreshAt(await answering(429, { error: 'rate_limited' }))).rejects.toMatchObject({
    code: 'rate_limited',
    retryable: true,
  });
});

it.each<[string, number, unknown]>([
  ['a gateway without a relay behind it', 502, { error: 'bad_gateway' }],
  ['a gateway that waited in vain', 504, { code: 'timeout', message: 'upstream' }],
  ['a relay with a bug', 500, { error: 'internal_error', code: 'internal_error' }],
  ['a relay that stops', 503, { error: 'relay_shutting_down', code: 'relay_shutting_down' }],
  ['a wall before the relay', 403, { error: 'Access denied' }],
  ['something else on the port', 404, { code: 'NoSuchKey' }],
  ['a page', 200, '<p>Welcome</p>'],
  ['an answer of another shape', 200, { ok: true }],
])('the answer of %s says nothing about the tokens: it may be tried again, and may have been done', async (...row) => {
  const [_name, status, body] = row;

  const refreshing = refreshAt(await answering(status, body));

  await expect(refreshing).rejects.toMatchObject({ code: 'relay_unreachable', retryable: true });
  await expect(refreshing).rejects.toHaveProperty('effect', undefined);
});

it('a connection that is cut without an answer may have carried the call', async () => {
  const url = await listening((request) => request.socket.destroy());

  await expect(refreshAt(url)).rejects.toMatchObject({ code: 'relay_unreachable', retryable: true });
  await expect(refreshAt(url)).rejects.toHaveProperty('effect', undefined);
});

it('where nobody listens the call had no effect', async () => {
  const url = await answering(200, {});
  for (const server of servers.splice(0)) await closed(server);

  await expect(refreshAt(url)).rejects.toMatchObject({ code: 'relay_unreachable', retryable: true, effect: 'none' });
});

function refreshAt(url: string): Promise<unknown> {
  return relayHttp(url).auth.refresh({ refreshToken: 'r' }, { idempotencyKey: 'k' });
}

function answering(status: number, body: unknown): Promise<string> {
  return listening((request, response) => {
    request.resume();
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${portOf(server.address())}`;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
