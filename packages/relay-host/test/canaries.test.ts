import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDiagnostics } from '../src/diagnostics.js';
import { AttackWorld } from './support/attack-world.js';
import { readingProgram } from './support/reading-program.js';
import { startRelay } from './support/relay-world.js';
import { tempFolder } from './support/temp-folder.js';
import type { WireSocket } from './support/wire-socket.js';

/** Stands in every secret, so that it is found wherever one gets out. */
const MARK = 'CANARY';
const SHAPED = [
  `rt_${MARK.repeat(8)}`,
  `cs_${MARK.repeat(8)}`,
  `eyJhbGciOiJIUzI1NiJ9.${MARK.repeat(6)}.${MARK.repeat(6)}`,
];

/** Secrets by their key and by their shape, deep in a payload and within texts. */
function canaries() {
  return {
    accessToken: MARK,
    deep: [{ 'Set-Cookie': [MARK, { more: MARK }] }, { form: { PASSWORD: MARK, api_key: MARK } }],
    text: `before ${SHAPED.join(' and ')} after`,
    url: `https://a.test/cb?next=%2F%3Ft%3D${SHAPED[0] ?? ''}`,
    [SHAPED[1] ?? '']: 1,
  };
}

describe('what a relay that keeps payloads was told in confidence', () => {
  it('is in no file, no answer, no stream and no metric', async () => {
    const folder = tempFolder();
    const world = await worldIn(folder, { OTTO_LOG_PAYLOADS: '1' });
    const { controller, login, nodeSocket } = await world.silentPeers();
    const follower = await follow(world);

    const result = controller.command('n1', { payload: canaries(), tabSessionId: SHAPED[0] });
    await nodeSocket.until(() => nodeSocket.received.some(({ messageType }) => messageType === 'command'));
    const outcome = { ok: true, durationMs: 1, action: 'x', commandOutcome: 'completed', data: canaries() };
    nodeSocket.send('result', outcome, { requestId: result });
    await controller.reply(result);
    nodeSocket.send('event', { type: 'extension_log', entry: { type: 'noted', status: SHAPED[0], data: canaries() } });
    await strangersTry(world, login.clientId);
    controller.command('n1', { action: SHAPED[0] });
    await controller.verdict(controller.command(SHAPED[1] ?? ''));
    await follower.until(() => typesSeen(follower).has('noted'));

    const told = [...(await answers(world)), JSON.stringify(follower.received), ...(await afterStop(world, folder))];
    for (const text of told) expect(text).not.toContain(MARK);
    expect(told.join()).toContain('[redacted]');
    expect(typesSeen(follower)).toContain('result');
  });

  it('pairing codes, and the secrets that a relay hands out, are in none of its logs', async () => {
    const folder = tempFolder();
    const world = await worldIn(folder);
    const request = await world.post('/api/pairing/request', { nodeId: 'n2' });
    const { login, node } = await world.pairOfPeers();
    const wrong = await world.asOperator('/api/pairing/approve', { code: '000-000' });
    expect(wrong.status).toBe(404);

    const secrets = [
      request.body['code'],
      request.body['challengeId'],
      login.clientSecret,
      login.accessToken,
      login.refreshToken,
      node.challengeId,
      node.accessToken,
      node.refreshToken,
      node.controllerAccessToken,
      world.operatorToken,
    ].map(String);
    const [logs = '', metrics = ''] = await answers(world);
    const [files = ''] = await afterStop(world, folder);

    for (const secret of secrets) for (const text of [logs, metrics, files]) expect(text).not.toContain(secret);
    expect(files).toContain('pairing_requested');
  });
});

describe('diagnostics', () => {
  it('have no secret in them, wherever it stood', () => {
    const lines: string[] = [];
    const logger = createDiagnostics({ write: (line) => void lines.push(line) });
    const [token = ''] = SHAPED;
    const error = Object.assign(new TypeError(`"${token}" is not valid JSON`, { cause: new Error(token) }), {
      refreshToken: MARK,
      request: { headers: { authorization: MARK } },
    });

    logger.error({ err: error, step: 'stores' }, `This did not end well: ${token}`);
    logger.error(error);
    logger.child({ password: MARK, reqId: 'r1' }).warn({ nested: { clientSecret: MARK } }, 'A child %s', token);

    expect(lines.join()).not.toContain(MARK);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 50, step: 'stores', msg: 'This did not end well: [redacted]', err: { type: 'TypeError' } },
      { err: { type: 'TypeError', refreshToken: '[redacted]' } },
      { level: 40, reqId: 'r1', msg: 'A child [redacted]' },
    ]);
    expect(lines[0]).toContain('canaries.test.ts');
    expect(lines.every((line) => line.endsWith('\n'))).toBe(true);
  });
});

/** A relay whose log can be read from its files, too. */
async function worldIn(folder: string, env: Record<string, string> = {}): Promise<AttackWorld> {
  return new AttackWorld(await startRelay(folder, env, { readingProgram: await readingProgram() }), folder);
}

/** A controller that sees everything and follows the log. */
async function follow(world: AttackWorld): Promise<WireSocket> {
  const admin = await world.login();
  const body = { clientId: admin.clientId, scopes: ['relay.admin', 'logs.read'] };
  expect((await world.asOperator('/api/controller/scopes', body)).status).toBe(200);
  const follower = await world.join('controller', admin.accessToken);
  follower.send('event', { type: 'logs_subscribe' });
  await follower.until(() => follower.received.some(({ payload }) => payload['type'] === 'logs_subscribed'));
  return follower;
}

function typesSeen({ received }: WireSocket): Set<unknown> {
  const entries = received.map(({ payload }) => payload['entry']);
  return new Set(
    entries.map((entry) => (typeof entry === 'object' && entry !== null && 'type' in entry ? entry.type : '')),
  );
}

/** People without a credential who have a secret in their words; what they are told is not to repeat it. */
async function strangersTry(world: AttackWorld, clientId: string): Promise<void> {
  const [token = '', secret = ''] = SHAPED;
  const answers = [
    await world.post('/api/controller/token', { clientId, clientSecret: secret }),
    await world.post('/api/auth/refresh', { refreshToken: token }),
    await world.post('/api/auth/revoke', { refreshToken: token }),
    await world.get(`/api/pairing/status?challengeId=${token}`),
    await world.post('/api/pairing/approve', { code: token }, token),
    await world.get('/api/logs', token),
    await world.get(`/api/${token}`),
  ];
  for (const { body } of answers) expect(JSON.stringify(body)).not.toContain(MARK);
  const stranger = await world.socket('controller');
  await stranger.reply(stranger.send('hello', { role: 'controller' }));
  await stranger.reply(stranger.send('auth', { accessToken: SHAPED[2] }));
  stranger.ws.send(`{"accessToken": "${token}`);
  await stranger.reply('unknown');
  expect(JSON.stringify(stranger.received)).not.toContain(MARK);
}

/** What the relay answers to those who may ask: its log in two ways, its metrics, its status. */
async function answers(world: AttackWorld): Promise<string[]> {
  const headers = { authorization: `Bearer ${world.operatorToken}` };
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${world.port}${path}`, { headers });
    expect(response.status, path).toBe(200);
    return response.text();
  };
  const paths = ['/api/logs', '/metrics', '/api/logs/export', '/api/status', '/api/logs/status'];
  return Promise.all(paths.map(ask));
}

/** The files of the operation log, and all others of the relay together. */
async function afterStop(world: AttackWorld, folder: string): Promise<string[]> {
  await world.server.stop();
  const names = readdirSync(folder).filter((name) => name !== 'operator.token');
  const text = (wanted: readonly string[]) => wanted.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
  const isLog = (name: string) => name.startsWith('operations-');
  return [text(names.filter(isLog)), text(names.filter((name) => !isLog(name) && name.includes('.')))];
}
