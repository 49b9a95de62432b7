import { randomUUID } from 'node:crypto';
import type { AttackSocket } from '../attack-socket.js';
import { NotPlayable, verdict, type Attack, type Verdict } from '../attack.js';
import type { OwnClient, OwnNode, Target } from '../target.js';

/** How soon a right that ends must have reached its live session. */
const REVOCATION_MS_MAX = 1_000;

/** What one controller or node can try against another, and who stays although its right has ended. */
export const RIGHTS_ATTACKS: readonly Attack[] = [
  {
    name: 'no-grant',
    tries: 'command a node that did not grant it',
    play: async (target) => {
      const { node } = await ownNode(target);
      const stranger = await target.join('controller', (await target.newClient()).accessToken);
      const answer = await stranger.answer(stranger.command(node.nodeId));
      return verdict(answer === 'acl_missing_node_grant', answer);
    },
  },
  {
    name: 'self-grant',
    tries: 'grant itself a node',
    play: async (target) => {
      const { clientId, accessToken } = await target.newClient();
      const body = { clientId, grant: true, nodeId: (await target.newNode()).nodeId };
      const { status } = await target.ask({ path: '/api/controller/access', body, token: accessToken });
      return verdict(status === 403, String(status));
    },
  },
  { name: 'internal-action', tries: 'close the tabs of others by an action of the relay’s own', play: closeOwned },
  { name: 'foreign-cancel', tries: 'cancel the command of another controller', play: cancelForeign },
  { name: 'foreign-answer', tries: 'answer a command that another node was asked', play: answerForeign },
  { name: 'replayed-command', tries: 'play a recorded command again, on a second socket', play: replay },
  { name: 'hello-in-a-nodes-name', tries: 'take the place of a node by its id alone', play: takePlace },
  {
    name: 'session-after-removal',
    tries: 'stay connected after the client was removed',
    play: (target) => stay(target, ({ clientId }) => target.asOperator('/api/controller/remove', { clientId })),
  },
  {
    name: 'session-after-revocation',
    tries: 'stay connected after the refresh token was revoked',
    play: (target) =>
      stay(target, ({ refreshToken }) => target.ask({ path: '/api/auth/revoke', body: { refreshToken } })),
  },
  { name: 'command-after-withdrawal', tries: 'have a command answered after its grant was withdrawn', play: outlive },
];

async function closeOwned(target: Target): Promise<Verdict> {
  const { node, controller } = await peers(target);
  const answer = await controller.answer(controller.command(node.nodeId, { action: 'primitive.tab.close_owned' }));
  return verdict(answer === 'forbidden_action', answer);
}

async function cancelForeign(target: Target): Promise<Verdict> {
  const { node, nodeSocket, controller } = await peers(target);
  const thief = await target.newClient();
  await target.grant(node, thief.clientId);
  const stranger = await target.join('controller', thief.accessToken);
  const requestId = await running(controller, node, nodeSocket);
  const cancel = stranger.send('command_cancel', { targetRequestId: requestId });
  const frame = await stranger.frame((one) => one.requestId === cancel);
  const code = String(frame?.payload['code'] ?? frame?.messageType ?? 'nothing');
  return verdict(code === 'command_owner_mismatch' || code === 'command_not_found', code);
}

async function answerForeign(target: Target): Promise<Verdict> {
  const { node, nodeSocket, controller } = await peers(target);
  const { nodeSocket: imposter } = await ownNode(target);
  const requestId = await running(controller, node, nodeSocket);
  imposter.send('result', { ...OUTCOME, data: 'forged' }, { requestId });
  await imposter.answer(imposter.send('ping', {}));
  nodeSocket.send('result', { ...OUTCOME, data: 'true' }, { requestId });
  const result = await controller.frame((one) => one.requestId === requestId && one.messageType === 'result');
  return verdict(result?.payload['data'] === 'true', result?.payload['data'] === 'forged' ? 'it passed' : 'dropped');
}

async function replay(target: Target): Promise<Verdict> {
  const { node, client, controller } = await peers(target);
  const replayNonce = randomUUID();
  controller.command(node.nodeId, { replayNonce });
  const second = await target.join('controller', client.accessToken);
  const answer = await second.answer(second.command(node.nodeId, { replayNonce }));
  return verdict(answer === 'replay_rejected', answer);
}

async function takePlace(target: Target): Promise<Verdict> {
  const { node, nodeSocket, controller } = await peers(target);
  const stranger = await target.connect('node');
  await stranger.answer(stranger.send('hello', { role: 'node', nodeId: node.nodeId }));
  const requestId = controller.command(node.nodeId);
  const arrived = await nodeSocket.frame((one) => one.requestId === requestId);
  return verdict(arrived !== undefined, arrived === undefined ? 'the node got nothing' : 'the node was asked');
}

async function stay(target: Target, end: (client: OwnClient) => Promise<unknown>): Promise<Verdict> {
  const client = await target.newClient();
  const session = await target.join('controller', client.accessToken);
  await end(client);
  const code = await session.closed(REVOCATION_MS_MAX);
  return verdict(code === 4403, code === undefined ? 'still open after a second' : `closed with ${code}`);
}

async function outlive(target: Target): Promise<Verdict> {
  const { node, client, nodeSocket, controller } = await peers(target);
  const requestId = await running(controller, node, nodeSocket);
  await target.grant(node, client.clientId, false);
  await new Promise((resolve) => setTimeout(resolve, REVOCATION_MS_MAX / 10));
  nodeSocket.send('result', OUTCOME, { requestId });
  const answer = await controller.answer(requestId);
  return verdict(answer === 'acl_missing_node_grant', answer);
}

/** A node, and a controller that it has granted access. */
async function peers(target: Target): Promise<Peers> {
  const { node, nodeSocket } = await ownNode(target);
  const client = await target.newClient();
  await target.grant(node, client.clientId);
  return { node, nodeSocket, client, controller: await target.join('controller', client.accessToken) };
}

async function ownNode(target: Target): Promise<Pick<Peers, 'node' | 'nodeSocket'>> {
  const node = await target.newNode();
  return { node, nodeSocket: await target.join('node', node.accessToken, { nodeId: node.nodeId }) };
}

/** A command that has reached its node. */
async function running(controller: AttackSocket, node: OwnNode, nodeSocket: AttackSocket): Promise<string> {
  const requestId = controller.command(node.nodeId);
  const arrived = await nodeSocket.frame((one) => one.requestId === requestId);
  if (arrived === undefined) throw new NotPlayable('its own command did not reach its own node');
  return requestId;
}

const OUTCOME = { ok: true, durationMs: 1, action: 'primitive.tab.query', data: {}, commandOutcome: 'completed' };

interface Peers {
  readonly node: OwnNode;
  readonly nodeSocket: AttackSocket;
  readonly client: OwnClient;
  readonly controller: AttackSocket;
}
