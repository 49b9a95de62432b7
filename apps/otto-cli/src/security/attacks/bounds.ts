import {
  HTTP_BODY_BYTES_MAX,
  JSON_DEPTH_MAX,
  MALFORMED_FRAMES_MAX,
  UNAUTHENTICATED_FRAME_BYTES_MAX,
  UNAUTHENTICATED_TOTAL_BYTES_MAX,
} from '@telepat/otto-protocol/limits';
import { verdict, type Attack, type Verdict } from '../attack.js';
import type { AttackSocket } from '../attack-socket.js';
import { reason, type Target } from '../target.js';

/** Sockets that are opened at the most to see the oldest one give way; the relay allows 200 unless told otherwise. */
const IDLE_SOCKETS_MAX = 1_000;
const IDLE_SOCKETS_STEP = 50;

/** What somebody can try who has no credential and much time. */
export const BOUNDS_ATTACKS: readonly Attack[] = [
  {
    name: 'command-before-auth',
    tries: 'send a command without authenticating',
    play: async (target) => {
      const socket = await target.connect('controller');
      await socket.answer(socket.send('hello', { role: 'controller' }));
      const answer = await socket.answer(socket.command('node'));
      return verdict(answer === 'unauthenticated', answer);
    },
  },
  {
    name: 'large-frame-before-auth',
    tries: 'make the relay hold a large frame without authenticating',
    play: (target) => closedAfter(target, (socket) => socket.sendText('x'.repeat(UNAUTHENTICATED_FRAME_BYTES_MAX + 1))),
  },
  {
    name: 'flood-before-auth',
    tries: 'send frames without end and without authenticating',
    play: (target) =>
      closedAfter(target, (socket) => {
        const frame = JSON.stringify({ pad: 'x'.repeat(UNAUTHENTICATED_FRAME_BYTES_MAX / 2) });
        const count = Math.ceil(UNAUTHENTICATED_TOTAL_BYTES_MAX / frame.length) + 2;
        for (let sent = 0; sent < count; sent += 1) socket.sendText(frame);
      }),
  },
  {
    name: 'noise-before-auth',
    tries: 'send text that is no frame, again and again',
    play: (target) =>
      closedAfter(target, (socket) => {
        for (let sent = 0; sent <= MALFORMED_FRAMES_MAX; sent += 1) socket.sendText('{');
      }),
  },
  {
    name: 'binary-frame',
    tries: 'send binary frames',
    play: (target) => closedAfter(target, (socket) => socket.ws.send(Buffer.from('{}'))),
  },
  { name: 'deep-json', tries: 'exhaust the relay by JSON that is nested too deep', play: sendDeepJson },
  {
    name: 'compression',
    tries: 'have the relay unpack compressed frames',
    play: async (target) => {
      const socket = await target.knock('/?role=controller', { perMessageDeflate: true });
      if (typeof socket === 'number') return verdict(true, `refused with ${socket}`);
      const { extensions } = socket.ws;
      return verdict(extensions === '', extensions === '' ? 'nothing is compressed' : extensions);
    },
  },
  {
    name: 'large-body',
    tries: 'make the relay hold a large HTTP body',
    play: async (target) => {
      const body = { refreshToken: 'x'.repeat(HTTP_BODY_BYTES_MAX) };
      const answer = await target.ask({ path: '/api/auth/revoke', body });
      return verdict(answer.status === 413, reason(answer.status, answer.body));
    },
  },
  { name: 'idle-sockets', tries: 'fill the relay with sockets that never authenticate', play: openIdleSockets },
];

async function closedAfter(target: Target, act: (socket: AttackSocket) => void): Promise<Verdict> {
  const socket = await target.connect('controller');
  act(socket);
  const code = await socket.closed();
  return verdict(code !== undefined, code === undefined ? 'the socket stayed open' : `closed with ${code}`);
}

async function sendDeepJson(target: Target): Promise<Verdict> {
  const socket = await target.connect('controller');
  let payload: unknown = { role: 'controller' };
  for (let depth = 0; depth <= JSON_DEPTH_MAX; depth += 1) payload = { role: 'controller', more: payload };
  const answer = await socket.answer(socket.send('hello', payload));
  return verdict(answer === 'invalid_envelope', answer);
}

async function openIdleSockets(target: Target): Promise<Verdict> {
  const sockets: AttackSocket[] = [];
  const client = await target.newClient();
  const session = await target.join('controller', client.accessToken);
  while (sockets.length < IDLE_SOCKETS_MAX) {
    const opened = await Promise.all(
      Array.from({ length: IDLE_SOCKETS_STEP }, () => target.knock('/?role=controller')),
    );
    const refusal = opened.find((outcome) => typeof outcome === 'number');
    for (const outcome of opened) if (typeof outcome !== 'number') sockets.push(outcome);
    if (refusal === undefined && sockets.every(({ closeCode }) => closeCode === undefined)) continue;
    const isServed = (await session.answer(session.send('ping', {}))) === 'pong';
    const saw = refusal === undefined ? 'the oldest gave way' : `one was refused with ${refusal}`;
    return verdict(isServed, `${saw} before ${sockets.length}; sessions ${isServed ? 'are' : 'are not'} served`);
  }
  return verdict(false, `${sockets.length} sockets stay open`);
}
