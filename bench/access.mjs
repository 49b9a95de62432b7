import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Pairs nodes, registers controllers and grants them every node, as an owner would.
 *
 * @param {number} port
 * @param {string} folder of the relay
 * @param {Sizes} sizes
 * @returns {Promise<LoadAccess>}
 */
export async function relayAccess(port, folder, { controllers: controllerCount, nodes: nodeCount = 1, scopes }) {
  const operator = readFileSync(join(folder, 'operator.token'), 'utf8').trim();
  const api = `http://127.0.0.1:${port}/api`;

  const nodes = [];
  for (const nodeId of nodeIds(nodeCount)) {
    const { code, challengeId } = await call(`${api}/pairing/request`, { body: { nodeId } });
    await call(`${api}/pairing/approve`, { body: { code }, bearer: operator });
    const { nodeAccessToken } = await call(`${api}/pairing/status?challengeId=${challengeId}`, {});
    nodes.push({ nodeId, accessToken: nodeAccessToken });
  }

  const controllers = [];
  for (let number = 1; number <= controllerCount; number++) {
    const body = { name: `bench ${number}`, description: 'Measures the relay.' };
    const { clientId, clientSecret } = await call(`${api}/controller/register`, { body });
    if (scopes !== undefined) await call(`${api}/controller/scopes`, { body: { clientId, scopes }, bearer: operator });
    const { accessToken, refreshToken } = await call(`${api}/controller/token`, { body: { clientId, clientSecret } });
    for (const node of nodes)
      await call(`${api}/controller/access`, { body: { clientId, grant: true }, bearer: node.accessToken });
    controllers.push({ accessToken, refreshToken, clientId, clientSecret });
  }
  return { nodes, controllers };
}

/**
 * The forwarder lets everybody in.
 * @param {Sizes} sizes
 * @returns {LoadAccess}
 */
export function forwarderAccess({ controllers, nodes = 1 }) {
  const any = { accessToken: 'any', refreshToken: 'any', clientId: 'any', clientSecret: 'any' };
  return {
    nodes: nodeIds(nodes).map((nodeId) => ({ nodeId, accessToken: 'any' })),
    controllers: Array.from({ length: controllers }, () => any),
  };
}

/** @param {number} count */
function nodeIds(count) {
  return Array.from({ length: count }, (_, index) => `node_bench${index + 1}`);
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

/**
 * How many, and the scopes of the controllers where they are to be others than those of a new one.
 * @typedef {{ controllers: number, nodes?: number, scopes?: string[] }} Sizes
 */

/** @typedef {{ accessToken: string, refreshToken: string, clientId: string, clientSecret: string }} ControllerAccess */
/** @typedef {{ nodes: { nodeId: string, accessToken: string }[], controllers: ControllerAccess[] }} LoadAccess */
