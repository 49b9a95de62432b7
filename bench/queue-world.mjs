import { ListClock } from './list-clock.mjs';

const built = new URL('../packages/relay-core/dist/', import.meta.url);

const NODE_ID = 'node_bench';
const TAB = { targetNodeId: NODE_ID, tabSessionId: 'tab_bench' };

/** An identity may have 32 MiB waiting: a hundred thousand commands are shared by several. */
const CONTROLLERS = 16;

/** A count that is never reached, and a time that never comes. */
const FAR = 1_000_000_000;

/**
 * A relay of the built core, in memory: a node with one tab, controllers of several identities, and two more with a
 * part of their own.
 *
 * @param {number} replayWindowMs
 * @returns {Promise<QueueWorld>}
 */
export async function openWorld(replayWindowMs) {
  const { Relay } = await import(new URL('index.js', built).href);
  const fakes = await import(new URL('testing/index.js', built).href);
  const { LinkedQueue } = await import(new URL('node/linked-queue.js', built).href);
  const clock = new ListClock(LinkedQueue);
  const tokenSigner = new fakes.PlainTokens(clock);
  const clientIds = [...Array(CONTROLLERS).keys(), 'locker', 'replayer'].map((name) => `client_${name}`);
  const storage = await storageOf(fakes, clientIds);
  const [ids, secrets] = [new fakes.SequentialIds(), new fakes.PlainSecrets()];
  const ports = { clock, ids, storage, logSink: { write() {} }, tokenSigner, secrets, reportBug: fail };
  const limits = { rateLimitPerMin: FAR, tabQueueLimit: FAR, controllerQueueLimit: FAR };
  const config = { ...limits, commandTimeoutMsMax: FAR, heartbeatIntervalMs: FAR, replayWindowMs };
  const relay = await Relay.open({ config, ports });

  /** @type {(claims: { role: 'controller' | 'node', nodeId?: string, clientId?: string }) => Promise<Member>} */
  const join = async (claims) => {
    const member = new Member(relay, clock, claims.role);
    member.receive(member.frame('hello', { role: claims.role }));
    member.receive(member.frame('auth', { accessToken: await tokenSigner.sign({ scopes: [], ...claims }, FAR) }));
    await new Promise((resolve) => setImmediate(resolve));
    member.expect('auth_ack');
    return member;
  };
  const node = await join({ role: 'node', nodeId: NODE_ID });
  const controllers = [];
  for (const clientId of clientIds) controllers.push(await join({ role: 'controller', clientId }));
  const [locker, replayer] = controllers.splice(CONTROLLERS);
  if (locker === undefined || replayer === undefined) throw new Error('They have joined as the last two.');
  return { clock, node, controllers, locker, replayer };
}

/**
 * Clients, each of which may command the node.
 * @param {any} fakes
 * @param {string[]} clientIds
 */
async function storageOf(fakes, clientIds) {
  const storage = new fakes.MemoryStorage();
  for (const clientId of clientIds) {
    const names = { name: clientId, normalizedName: clientId, description: '', avatarSeed: clientId };
    const secret = { algorithm: 'sha256', salt: '', hash: '' };
    const client = { clientId, ...names, secret, scopes: ['primitive.*'], createdAt: 0 };
    await storage.clients.write([{ put: clientId, value: client }]);
    const grant = { clientId, nodeId: NODE_ID, grantedByNodeId: NODE_ID, grantedAt: 0 };
    await storage.grants.write([{ put: `${clientId} ${NODE_ID}`, value: grant }]);
  }
  return storage;
}

/** One who is connected. Of what comes only the last frame is kept, so that what is measured is the relay. */
class Member {
  #connection;
  #clock;
  #role;
  #lastFrame = '';

  /**
   * @param {any} relay
   * @param {ListClock} clock
   * @param {'controller' | 'node'} role
   */
  constructor(relay, clock, role) {
    this.#clock = clock;
    this.#role = role;
    this.#connection = relay.connect(this, { role, remoteAddress: 'bench' });
  }

  /**
   * @param {string} messageType
   * @param {object} payload
   * @param {string} [requestId]
   * @returns {Frame}
   */
  frame(messageType, payload, requestId = nextId()) {
    const timestamp = new Date(this.#clock.now()).toISOString();
    const envelope = { protocolVersion: '1.0', messageType, requestId, timestamp, senderRole: this.#role, payload };
    const text = JSON.stringify(envelope);
    return { member: this, requestId, text, bytes: Buffer.from(text) };
  }

  /**
   * @param {'fail_fast' | 'wait_with_timeout'} waitPolicy
   * @param {string} [replayNonce]
   */
  command(waitPolicy, replayNonce = nextId()) {
    const asked = { action: 'primitive.dom.extract_text', payload: { selector: 'main article' } };
    return this.frame('command', { ...TAB, ...asked, waitPolicy, timeoutMs: FAR, replayNonce });
  }

  /** @param {'tab_lock' | 'tab_unlock'} messageType */
  lock(messageType) {
    return this.frame(messageType, { ...TAB, lockLeaseMs: 600_000 });
  }

  /** @param {string} targetRequestId */
  cancel(targetRequestId) {
    return this.frame('command_cancel', { targetRequestId });
  }

  /** @param {string} requestId */
  answer(requestId) {
    const result = { ok: true, durationMs: 1, action: 'primitive.dom.extract_text', commandOutcome: 'completed' };
    return this.frame('result', result, requestId);
  }

  /** @param {Frame} frame of this member */
  receive({ text, bytes }) {
    this.#connection.receive(text, bytes);
  }

  /**
   * Makes sure that the relay did what it should have: a part of the last frame that came.
   * @param {string} part
   */
  expect(part) {
    if (!this.#lastFrame.includes(part)) throw new Error(`Expected ${part}, but the relay said ${this.#lastFrame}`);
  }

  /** @param {string | Uint8Array} frame */
  send(frame) {
    this.#lastFrame = typeof frame === 'string' ? frame : Buffer.from(frame).toString('utf8');
  }

  /** @param {number} code */
  close(code) {
    throw new Error(`The relay has closed a connection with ${code}.`);
  }

  bufferedBytes() {
    return 0;
  }

  ping() {}
  onDrain() {}
}

/** @param {unknown} error */
function fail(error) {
  throw error;
}

let lastId = 0;

function nextId() {
  return `id_${String(++lastId).padStart(12, '0')}`;
}

/**
 * @typedef {{ member: Member, requestId: string, text: string, bytes: Buffer }} Frame
 * @typedef {{ clock: ListClock, node: Member, controllers: Member[], locker: Member, replayer: Member }} QueueWorld
 */
