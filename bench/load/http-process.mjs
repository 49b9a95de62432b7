// Those who come over HTTP: for new tokens, to log in, to pair.
import { caller, loadOf } from '../http-load.mjs';
import { answerParent } from '../program.mjs';
import { openSession } from './session.mjs';

answerParent({ refresh, mint, logIn, pair });

/** @param {{ port: number, refreshTokens: string[], ms: number }} question one worker for each token */
async function refresh({ port, refreshTokens, ms }) {
  const call = caller(port);
  const tokens = [...refreshTokens];
  const next = async (/** @type {number} */ worker) => {
    tokens[worker] = (await call.post('/api/auth/refresh', { refreshToken: tokens[worker] })).refreshToken;
  };
  const load = await loadOf(next, { workers: tokens.length, ms });
  call.close();
  return { ...load, refreshTokens: tokens };
}

/** An access token for each. @param {{ port: number, refreshTokens: string[] }} question */
async function mint({ port, refreshTokens }) {
  const call = caller(port);
  /** @type {string[]} */
  const accessTokens = [];
  await inTurns(refreshTokens, 50, async (refreshToken) => {
    accessTokens.push((await call.post('/api/auth/refresh', { refreshToken })).accessToken);
  });
  call.close();
  return { accessTokens };
}

/**
 * Clients that ask for a token with their secret, connect with it, and leave.
 * @param {{ port: number, clients: import('../access.mjs').ControllerAccess[], count: number, atOnce: number }} question
 */
async function logIn({ port, clients, count, atOnce }) {
  const call = caller(port);
  const startedAt = performance.now();
  const all = Array.from({ length: count }, (_, at) => clients[at % clients.length]);
  await inTurns(all, atOnce, async (client) => {
    if (client === undefined) return;
    const { clientId, clientSecret } = client;
    const { accessToken } = await call.post('/api/controller/token', { clientId, clientSecret });
    const socket = await openSession(`ws://127.0.0.1:${port}/`, { role: 'controller', accessToken });
    socket.close();
  });
  call.close();
  return { done: count, elapsedMs: performance.now() - startedAt };
}

/** Nodes that ask to be paired, most of them in vain. @param {{ port: number, count: number, atOnce: number }} question */
async function pair({ port, count, atOnce }) {
  const call = caller(port);
  const startedAt = performance.now();
  let refused = 0;
  await inTurns([...Array(count).keys()], atOnce, async (number) => {
    try {
      await call.post('/api/pairing/request', { nodeId: `node_stranger${number}` });
    } catch (error) {
      if (!String(error).includes('answered 429')) throw error;
      refused += 1;
    }
  });
  call.close();
  return { done: count, refused, elapsedMs: performance.now() - startedAt };
}

/**
 * @template Item
 * @param {Item[]} items
 * @param {number} atOnce
 * @param {(item: Item) => Promise<void>} act
 */
async function inTurns(items, atOnce, act) {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await act(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
