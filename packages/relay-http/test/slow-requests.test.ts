import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { fastify } from 'fastify';
import { SERVER_OPTIONS } from '../src/index.js';

const REQUEST_MS_MAX = 100;

it.each([
  ['nothing', ''],
  ['half of its headers', 'GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: '],
  ['an upgrade without an end', 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n'],
  [
    'half of its body',
    'POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
  ],
])('a client that sends %s is cut off when its time is over', async (_, text) => {
  const http = { ...SERVER_OPTIONS.http, connectionsCheckingInterval: 20, headersTimeout: REQUEST_MS_MAX };
  const app = fastify({ ...SERVER_OPTIONS, http, requestTimeout: REQUEST_MS_MAX });
  app.post('/', () => ({}));
  onTestFinished(() => app.close());
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));

  const socket = connect(Number(port), '127.0.0.1');
  socket.write(text);
  socket.resume();
  await once(socket, 'close');

  expect(SERVER_OPTIONS.requestTimeout).toBe(30_000);
});
