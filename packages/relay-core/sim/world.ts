import type { Connection } from '../src/session/connection.js';
import { entriesOf } from '../src/logs/log-line.js';
import type { Storage } from '../src/ports/storage.js';
import { Relay } from '../src/relay.js';
import { PlainSecrets, SequentialIds } from '../src/testing/index.js';
import { decodeAscii, encodeAscii } from './ascii.js';
import { Credentials } from './credentials.js';
import { demandHoldings } from './holdings.js';
import { Inboxes } from './inboxes.js';
import { BrokenInvariant, demand } from './invariants.js';
import type { TokenFacts } from './model/doors.js';
import type { Frame, Person } from './model/facts.js';
import type { Malformed } from './model/from-peers.js';
import { Model } from './model/model.js';
import { summary } from './model/to-peers.js';
import { populate, stores } from './population.js';
import { configOf, rulesOf, type Setting } from './setting.js';
import { SimJournal, type DiskMode } from './sim-journal.js';
import { SimSocket, type SocketWatcher } from './sim-socket.js';
import { HeapClock, VirtualTime } from './virtual-time.js';
import { Witness } from './witness.js';

/** Signs of life come this often at least. */
const SIGN_OF_LIFE_MS = 20_000;

/** Enough turns for every promise that can settle. */
const SETTLE_TURNS = 24;

/** A relay, everybody around it, and the model that watches both. It knows how to do things; steps say which. */
export class World {
  /** Counts what happens. */
  readonly witness: Witness = new Witness(this);
  /** What each node process was sent. */
  readonly inboxes = new Inboxes();
  readonly time = new VirtualTime();
  readonly model: Model;
  readonly journal = new SimJournal({
    offered: (record) => this.#watch(() => this.model.offered(record)),
    written: (record) => this.#watch(() => this.model.written(record)),
  });
  readonly storage: Storage = { ...stores(), journal: this.journal };
  readonly credentials: Credentials;
  /** What the relay sent in this step, in words; recorded while it is set. */
  trace: string[] | undefined;
  readonly #setting: Setting;
  readonly #ids = new SequentialIds();
  readonly #sockets = new Map<string, OpenSocket>();
  #clock: HeapClock;
  #relay: Relay | undefined;
  #broken: unknown;
  /** Sockets whose ping is answered as soon as the relay has finished what it does. */
  #pinged: string[] = [];

  constructor(setting: Setting) {
    this.#setting = setting;
    this.model = new Model(this.time, rulesOf(setting));
    this.#clock = new HeapClock(this.time);
    this.credentials = new Credentials(this.#clock);
  }

  get isPatient(): boolean {
    return this.#setting.isPatient;
  }

  get relay(): Relay {
    if (this.#relay === undefined) throw new Error('The relay has not been started.');
    return this.#relay;
  }

  get armedCount(): number {
    return this.#clock.armedCount;
  }

  /** Sockets that are open, or that the relay has closed and whose end was not reported yet. */
  get sockets(): Iterable<OpenSocket> {
    return this.#sockets.values();
  }

  socket(name: string): OpenSocket | undefined {
    return this.#sockets.get(name);
  }

  async begin(): Promise<void> {
    await populate(this.storage, this.time.wall, this.#setting);
    for (const [clientId, nodeId] of this.#setting.grants) this.model.rights.granted(clientId, nodeId, Infinity);
    await this.#start();
  }

  open(name: string, role: Person['role']): OpenSocket {
    const peer = new SimSocket(name, this.#watcher());
    this.model.opened(name, role);
    const connection = this.relay.connect(peer, { role, remoteAddress: 'simulated' });
    const socket: OpenSocket = { name, role, peer, connection, isClosedByRelay: false, mutedAt: undefined };
    this.#sockets.set(name, socket);
    return socket;
  }

  /** A peer sends a frame; of an `auth`, `token` is what its token says. */
  send(socket: OpenSocket, fields: FrameFields, token?: TokenFacts): void {
    const frame = { protocolVersion: '1.0', senderRole: socket.role, ...fields };
    const text = JSON.stringify(frame);
    const bytes = encodeAscii(text);
    this.witness.received();
    this.model.sends(socket.name, frame, bytes, token);
    socket.connection.receive(text, bytes);
  }

  /** A peer sends text that is no frame. */
  sendMalformed(socket: OpenSocket, text: string, malformed: Malformed): void {
    this.witness.received();
    this.model.sendsMalformed(socket.name, malformed);
    socket.connection.receive(text, encodeAscii(text));
  }

  /** Shows no sign of life from here on. No two fall silent at the same moment, so that it is clear who ends first. */
  mute(socket: OpenSocket): void {
    for (const { mutedAt } of this.#sockets.values()) if (mutedAt === this.time.ticks) return;
    this.send(socket, { messageType: 'ping', requestId: 'last', payload: {} });
    socket.mutedAt = this.time.ticks;
  }

  clog(socket: OpenSocket): void {
    this.model.clogged(socket.name);
    socket.peer.clog();
  }

  drain(socket: OpenSocket): void {
    this.model.drained(socket.name);
    socket.peer.drain();
  }

  /** The socket is gone, whoever closed it. */
  hangUp(socket: OpenSocket): void {
    this.#sockets.delete(socket.name);
    this.#lose(socket.name);
    this.model.hungUp(socket.name);
    socket.connection.closed();
  }

  /** What was under way to a node is lost with its connection, or with the relay. */
  #lose(name: string): void {
    for (const { nodeId, session } of this.model.facts.nodes.values()) {
      if (session.socket === name) this.inboxes.lost(nodeId);
    }
  }

  /** Everything that was set going comes to rest, and everything that had to happen has happened. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < SETTLE_TURNS; turn += 1) await Promise.resolve();
    // What the model says of an entry is said of the moment in which it was written.
    this.#relay?.logs.flush();
    for (const name of this.#pinged.splice(0)) {
      const socket = this.#sockets.get(name);
      if (socket === undefined || socket.mutedAt !== undefined) continue;
      this.model.ponged(name);
      socket.connection.ponged();
    }
    this.#throwBroken();
  }

  /** The same, and the relay holds what it must. */
  async check(): Promise<void> {
    await this.settle();
    this.model.demandAll();
    demandHoldings(this);
  }

  /** Time goes on, and everybody who is not silent shows signs of life. */
  async pass(ms: number): Promise<void> {
    const end = this.time.ticks + ms;
    while (this.time.ticks < end) {
      const talkers = [...this.#sockets.values()].filter(
        ({ name, mutedAt }) => mutedAt === undefined && this.model.facts.sessions.has(name),
      );
      for (const socket of talkers) this.send(socket, { messageType: 'pong', requestId: 'pong', payload: {} });
      await this.#moveTo(talkers.length === 0 ? end : Math.min(end, this.time.ticks + SIGN_OF_LIFE_MS));
    }
  }

  /** The relay stops in good order; a new one takes its place. */
  async stop(): Promise<void> {
    this.model.stopping();
    this.relay.stop();
    await this.settle();
    this.model.demandAll();
    const what = () => `${this.model.facts.sessions.size} sessions, ${this.armedCount} timers`;
    demand(this.model.facts.sessions.size === 0 && this.armedCount === 0, 'quiet_is_empty', what);
    for (const socket of [...this.#sockets.values()]) this.hangUp(socket);
    // In good order, the disk gets what it will take; the rest goes with the process.
    if (this.journal.mode !== 'full') this.journal.sync();
    this.journal.lose();
    await this.#start();
  }

  /** The process dies: what was not on disk is lost, and nobody is told. */
  async crash(): Promise<void> {
    for (const name of this.#sockets.keys()) this.#lose(name);
    this.#sockets.clear();
    this.journal.lose();
    await this.#start();
  }

  diskBecomes(mode: DiskMode): void {
    this.model.diskBecame(mode);
    this.journal.become(mode);
  }

  /** Moves the wall clock alone. */
  jump(ms: number): void {
    this.time.jump(ms);
    this.model.jumped();
  }

  async #start(): Promise<void> {
    this.model.restart(this.journal.records);
    const clock = new HeapClock(this.time);
    this.#clock = clock;
    this.#relay = undefined;
    const isCurrent = this.#currency();
    const relay = await Relay.open({
      config: configOf(this.#setting),
      ports: {
        clock,
        ids: this.#ids,
        storage: this.storage,
        logSink: {
          write: (batch) => {
            if (isCurrent()) for (const entry of entriesOf(batch)) this.#watch(() => this.model.logged(entry));
          },
        },
        tokenSigner: this.credentials.tokens,
        secrets: new PlainSecrets(),
        reportBug: (error) => {
          if (isCurrent()) this.#broken ??= new BrokenInvariant('no_bug', String(error));
        },
      },
    });
    this.#relay = relay;
  }

  async #moveTo(end: number): Promise<void> {
    const next = (): number => Math.min(this.#clock.nextDueAt() ?? Infinity, this.model.nextDueAt());
    for (let dueAt = next(); dueAt <= end; dueAt = next()) {
      this.time.moveTo(dueAt);
      this.model.due();
      while (this.#clock.nextDueAt() === dueAt) {
        this.#clock.runNext();
        await this.settle();
      }
      this.model.demandAll();
    }
    this.time.moveTo(end);
    this.model.due();
  }

  /** What a relay does to a socket, told to the model; of a relay that has died, nothing. */
  #watcher(): SocketWatcher {
    const isCurrent = this.#currency();
    return {
      sent: (name, frame) => {
        if (isCurrent()) this.#sent(name, frame);
      },
      pinged: (name) => {
        if (isCurrent()) this.#pinged.push(name);
      },
      closed: (name, code) => {
        const socket = this.#sockets.get(name);
        if (!isCurrent() || socket === undefined) return;
        this.trace?.push(`${name} ← closed with ${code}`);
        socket.isClosedByRelay = true;
        this.witness.closed(code);
        this.#watch(() => this.model.closedByRelay(name, code));
      },
    };
  }

  #sent(name: string, frame: string | Uint8Array): void {
    let parsed: Frame | undefined;
    // The relay sends envelopes, and passes on what this world has made.
    const read = (): Frame => (parsed ??= JSON.parse(typeof frame === 'string' ? frame : decodeAscii(frame)) as Frame);
    this.trace?.push(`${name} ← ${read().messageType} ${summary(read())} (${read().requestId})`);
    this.witness.sent(name, read(), typeof frame !== 'string');
    this.#watch(() => this.model.sent(name, typeof frame === 'string' ? { read } : { read, bytes: frame }));
    const session = this.model.facts.sessions.get(name);
    if (session?.person.role === 'node') this.inboxes.take(session.identity, read());
  }

  /** Whether the relay of this moment is still the one that runs. */
  #currency(): () => boolean {
    const clock = this.#clock;
    return () => this.#clock === clock;
  }

  /** What breaks inside a call of the relay is kept until it has returned: the relay would take it for its own bug. */
  #watch(look: () => void): void {
    try {
      look();
    } catch (thrown) {
      this.#broken ??= thrown;
    }
  }

  #throwBroken(): void {
    const broken = this.#broken;
    this.#broken = undefined;
    if (broken instanceof Error) throw broken;
  }
}

/** A frame before it is sent; by default of the socket's own role. */
type FrameFields = Omit<Frame, 'protocolVersion' | 'senderRole'> & {
  readonly senderRole?: string;
};

/** Somebody of the cast, or a controller's or node's end of a socket. */
export interface OpenSocket {
  readonly name: string;
  readonly role: Person['role'];
  readonly peer: SimSocket;
  readonly connection: Connection;
  isClosedByRelay: boolean;
  /** Since when, in ticks, it shows no sign of life. */
  mutedAt: number | undefined;
}
