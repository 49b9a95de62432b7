import { toIsoTime } from '@telepat/otto-protocol';
import { personNamed } from './cast.js';
import { oddFrame, strangerFrame } from './odd-frames.js';
import type { AnswerStep, CommandStep, ConnectStep, LockStep, Step } from './steps.js';
import type { OpenSocket, World } from './world.js';

/** Does what a step says, if what it speaks of is there; resolves when the relay has done its part. */
export async function play(world: World, step: Step): Promise<void> {
  await begin(world, step);
  await world.check();
}

/** Sets a step going. */
async function begin(world: World, step: Step): Promise<void> {
  world.witness.step(step);
  switch (step.do) {
    case 'connect':
      return connect(world, step);
    case 'pass':
      return world.pass(step.ms);
    case 'stop':
      return world.stop();
    case 'crash':
      return world.crash();
    case 'jump':
      return world.jump(step.ms);
    case 'disk':
      return world.diskBecomes(step.mode);
    case 'sync':
      return world.journal.sync(step.count);
    case 'renew':
      return renew(world, step);
    case 'grant':
    case 'withdraw':
    case 'remove':
    case 'revoke':
      return changeRights(world, step);
    default:
      return act(world, step);
  }
}

/** What is done within one turn, also in a burst behind an `auth`. */
function act(world: World, step: Step): void {
  if (step.do === 'stranger') return beStranger(world, step);
  if (!('socket' in step)) return;
  const socket = world.socket(step.socket);
  if (socket === undefined) return;
  switch (step.do) {
    case 'hang_up':
      return world.hangUp(socket);
    case 'report_closed':
      return socket.isClosedByRelay ? world.hangUp(socket) : undefined;
    case 'drain':
      return world.drain(socket);
    case 'clog':
      return world.clog(socket);
    default:
      return socket.mutedAt === undefined ? speak(world, socket, step) : undefined;
  }
}

/** What a peer that is not silent does. */
function speak(world: World, socket: OpenSocket, step: Step): void {
  switch (step.do) {
    case 'mute':
      return world.mute(socket);
    case 'answer':
      return answer(world, socket, step);
    default:
      return say(world, socket, step);
  }
}

function say(world: World, socket: OpenSocket, step: Step): void {
  const send = (messageType: string, requestId: string, payload: Payload): void =>
    world.send(socket, { messageType, requestId, payload });
  switch (step.do) {
    case 'command':
      return sendCommand(world, socket, step);
    case 'cancel':
      return send('command_cancel', step.id, step.target === null ? {} : { targetRequestId: step.target });
    case 'lock':
      return send('tab_lock', step.id, lockPayload(step));
    case 'unlock':
      return send('tab_unlock', step.id, { targetNodeId: step.node, tabSessionId: step.tab });
    case 'follow':
      return send('event', step.id, { type: 'logs_subscribe', ...optional('source', step.source) });
    case 'detach':
      return send('event', 'detach', { type: 'session_detach', ...optional('keepTabsMs', step.keepTabsMs) });
    case 'update':
      return send('event', step.id, {
        type: 'listener_update',
        ...(step.isMalformed ? {} : { data: world.time.ticks }),
      });
    case 'report': {
      const entry = { type: 'seen', ...optional('requestId', step.about) };
      return send('event', 'report', { type: 'extension_log', entry: step.isMalformed ? 'nonsense' : entry });
    }
    case 'say':
      return oddFrame(world, socket, step);
    default:
      return undefined;
  }
}

function sendCommand(world: World, socket: OpenSocket, step: CommandStep): void {
  const { id, node, action, tab, waits, timeoutMs, nonce, ageMs, input, fault, key } = step;
  const payload = {
    ...(fault === 'no_node' ? {} : { targetNodeId: node }),
    action,
    payload: input,
    ...optional('tabSessionId', fault === 'bad_tab' ? 7 : tab),
    ...optional('timeoutMs', fault === 'bad_timeout' ? 'long' : timeoutMs),
    ...(waits ? { waitPolicy: 'wait_with_timeout' } : {}),
    ...(fault === 'bad_wait_policy' ? { waitPolicy: 'patiently' } : {}),
    ...(fault === 'no_nonce' ? {} : { replayNonce: nonce }),
    ...optional('idempotencyKey', key),
  };
  // Who is wise stamps by what the relay says its time is.
  const timestamp = fault === 'no_timestamp' ? 'yesterday' : toIsoTime(world.model.quotas.relayNow() - ageMs);
  world.send(socket, { messageType: 'command', requestId: id, timestamp, payload });
}

function answer(world: World, socket: OpenSocket, { id, how }: AnswerStep): void {
  const nodeId = world.model.facts.sessions.get(socket.name)?.identity;
  const done = { ok: true, durationMs: 1, action: 'simulated', commandOutcome: 'completed' };
  const listeners = [{ listener: 'chat' }, { listener: 'ticks' }];
  const payloads = {
    ok: { ...done, data: { at: world.time.ticks } },
    stream: { ...done, data: { stream: { listeners } } },
    failed: { ...done, ok: false, commandOutcome: 'failed' },
    error: { category: 'execution', code: 'script_failed', message: 'it did' },
    cancelled: { category: 'execution', code: 'command_cancelled', message: 'as told' },
    status: { ...done, data: world.inboxes.statusFor(nodeId ?? '', id) },
  };
  const messageType = how === 'error' || how === 'cancelled' ? 'error' : 'result';
  const payload = payloads[how];
  if (nodeId !== undefined) world.inboxes.answered(nodeId, id, { messageType, payload });
  world.send(socket, { messageType, requestId: id, payload });
}

async function connect(world: World, step: ConnectStep): Promise<void> {
  const { socket: name, who, token: kind, instance, burst, meanwhile } = step;
  if (world.socket(name) !== undefined) return;
  const person = personNamed(who);
  const token = await world.credentials.authOf(person, name, kind);
  const socket = world.open(name, person.role);
  const { nodeId } = person;
  if (nodeId !== undefined && instance !== null && kind === 'good') {
    // Of a take-over, too, the older connection may have lost the newest that was sent over it.
    if (world.model.facts.nodes.has(nodeId)) world.inboxes.lost(nodeId);
    world.inboxes.came(nodeId, instance);
  }
  const hello = {
    role: person.role,
    ...(person.role === 'node' ? { nodeId } : {}),
    ...optional('instanceId', instance),
  };
  world.send(socket, { messageType: 'hello', requestId: 'hello', payload: hello });
  world.send(socket, { messageType: 'auth', requestId: 'auth', payload: token.payload }, token.facts);
  for (const next of burst) {
    world.witness.step(next);
    act(world, next);
  }
  if (meanwhile === null) return;
  for (let turn = 0; turn < meanwhile.turns; turn += 1) await Promise.resolve();
  await begin(world, meanwhile.step);
}

async function renew(world: World, step: Step & { do: 'renew' }): Promise<void> {
  const socket = world.socket(step.socket);
  const session = world.model.facts.sessions.get(step.socket);
  if (socket === undefined || session === undefined || socket.mutedAt !== undefined) return;
  const token = await world.credentials.authOf(session.person, step.socket, step.token);
  world.send(socket, { messageType: 'auth', requestId: step.id, payload: token.payload }, token.facts);
}

function beStranger(world: World, { socket: name, role, frames }: Step & { do: 'stranger' }): void {
  const socket = world.socket(name) ?? world.open(name, role);
  frames.forEach((frame, at) => strangerFrame(world, socket, { frame, requestId: `${name}-${at}` }));
}

async function changeRights(world: World, step: Step): Promise<void> {
  const { access } = world.relay;
  const { model, time } = world;
  if (!('who' in step) || step.do === 'connect') return;
  const { clientId } = personNamed(step.who);
  if (clientId === undefined) return;
  if (step.do === 'remove') {
    model.rights.removed(clientId);
    await access.clients.remove({ kind: 'operator' }, clientId);
    return;
  }
  if (step.do === 'revoke') {
    model.rights.familyEnded(`fam_${clientId}`);
    await access.tokens.revoke(`fam_${clientId}`);
    return;
  }
  if (model.facts.removedClients.has(clientId)) return;
  const owner = { role: 'node', nodeId: step.node, scopes: [], expiresAt: Infinity } as const;
  if (step.do === 'withdraw') {
    model.rights.withdrawn(clientId, step.node);
    await access.grants.set(owner, { clientId, grant: false });
    return;
  }
  const expiresAt = step.forMs === null ? undefined : time.wall + step.forMs;
  model.rights.granted(clientId, step.node, expiresAt ?? Infinity);
  await access.grants.set(owner, { clientId, grant: true, expiresAt });
}

function lockPayload({ node, tab, leaseMs }: LockStep): Payload {
  return { targetNodeId: node, ...optional('tabSessionId', tab), ...optional('lockLeaseMs', leaseMs) };
}

function optional(key: string, value: unknown): Payload {
  return value === null || value === undefined ? {} : { [key]: value };
}

type Payload = Readonly<Record<string, unknown>>;
