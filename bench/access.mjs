import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const NODE_ID = 'node_bench';

/**
 * Pairs a node, registers controllers and grants them the node, as an owner would.
 *
 * @param {number} port
 * @param {string} folder of the relay
 * @param {number} controllerCount
 * @param {string[]} [scopes] of the controllers, where they are to be others than those of a new one
 * @returns {Promise<LoadAccess>}
 */
export async function relayAccess(port, folder, controllerCount, scopes) {
  const operator = readFileSync(join(folder, 'operator.token'), 'utf8').trim();
  const api = `http://127.0.0.1:${port}/api`;

  const { code, challengeId } = await call(`${api}/pairing/request`, { body: { nodeId: NODE_ID } });
  await call(`${api}/pairing/approve`, { body: { code }, bearer: operator });
  const { nodeAccessToken } = await call(`${api}/pairing/status?challengeId=${challengeId}`, {});

  const controllers = [];
  for (let number = 1; number <= controllerCount; number++) {
    const body = { name: `bench ${number}`, description: 'Measures the relay.' };
    const { clientId, clientSecret } = await call(`${api}/controller/register`, { body });
    if (scopes !== undefined) await call(`${api}/controller/scopes`, { body: { clientId, scopes }, bearer: operator });
    const { accessToken, refreshToken } = await call(`${api}/controller/token`, { body: { clientId, clientSecret } });
    await call(`${api}/controller/access`, { body: { clientId, grant: true }, bearer: nodeAccessToken });
    controllers.push({ accessToken, refreshToken });
  }
  return { node: { nodeId: NODE_ID, accessToken: nodeAccessToken }, controllers };
}

/**
 * The forwarder lets everybody in.
 * @param {number} controllerCount
 * @returns {LoadAccess}
 */
export function forwarderAccess(controllerCount) {
  const controllers = Array.from({ length: controllerCount }, () => ({ accessToken: 'any', refreshToken: 'any' }));
  return { node: { nodeId: NODE_ID, accessToken: 'any' }, controllers };
}

/**
 * @param {string} url
 * @param {{ body?: object, bearer?: string }} request a POST if it has a body
 * @returns {Promise<any>}
 */
async function call(url, { body, bearer }) {
  const response = await fetch(url, {
    headers: {
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** @typedef {{ node: { nodeId: string, accessToken: string }, controllers: { accessToken: string, refreshToken: string }[] }} LoadAccess */
