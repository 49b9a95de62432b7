import { CONTROLLERS } from './cast.js';
import type { Received } from './inboxes.js';
import type { ModelSession } from './model/facts.js';
import type { Random } from './random.js';
import { storyOf } from './stories.js';
import { StormOfControllers } from './storm-of-controllers.js';
import type { ConnectStep, Step, TokenKind } from './steps.js';
import type { Weather } from './weather.js';
import type { World } from './world.js';

/** Chooses what happens next: what could matter in the state that the world is in, as the dice fall. */
export class Storm {
  readonly #random: Random;
  readonly #world: World;
  readonly #weather: Weather;
  readonly #controllers: StormOfControllers;
  /** What is hard to reach is planned some steps ahead. */
  readonly #planned: Step[] = [];
  /** The same, where each step hangs on what the ones before have brought about. */
  #story: Iterator<Step, void> | undefined;
  #sockets = 0;
  #instances = 0;

  constructor(random: Random, world: World, weather: Weather) {
    this.#random = random;
    this.#world = world;
    this.#weather = weather;
    this.#controllers = new StormOfControllers(random, world, weather);
  }

  next(): Step {
    const planned = this.#planned.shift();
    if (planned !== undefined) return planned;
    const told = this.#story?.next();
    if (told?.done === false) return told.value;
    const { weights, nodes, sessionsMax } = this.#weather;
    const open = this.#sessions();
    const controllers = open.filter(({ person }) => person.role === 'controller');
    const missing = nodes.find(
      (nodeId) => !open.some(({ person }) => person.nodeId === nodeId && person.role === 'node'),
    );
    if (missing !== undefined && this.#random.chance(0.5)) return this.#connectNode(missing);
    if (controllers.length === 0 || (controllers.length < sessionsMax && this.#random.chance(0.15))) {
      return this.#connectController();
    }
    const kind = this.#random.weighted(weights) ?? 'pass';
    return this.#stepOf(kind, controllers, open) ?? this.#pass();
  }

  #stepOf(kind: keyof Weather['weights'], controllers: ModelSession[], open: ModelSession[]): Step | undefined {
    const random = this.#random;
    const { nodes } = this.#weather;
    const controller = random.pick(controllers);
    const anyone = random.pick(open)?.socket;
    const client = random.pick(this.#weather.clients) ?? 'alice';
    const node = random.pick(nodes) ?? 'n1';
    switch (kind) {
      case 'controller':
        return controller === undefined ? undefined : this.#controllers.next(controller, controllers);
      case 'answer':
        return this.#answer(open);
      case 'update':
        return this.#update(open);
      case 'pass':
        return this.#pass();
      case 'takeover':
        return this.#connectNode(node);
      case 'clog':
        return this.#clog(open);
      case 'hang_up':
      case 'mute':
        return anyone === undefined ? undefined : { do: kind, socket: anyone };
      case 'drain':
        return this.#drain();
      case 'late_close':
        return this.#lateClose();
      case 'rights':
        return this.#rights(client, node);
      case 'revoke':
        return { do: random.oneOf('remove', 'revoke'), who: client };
      case 'jump':
        return { do: 'jump', ms: random.oneOf(-90_000, -5_000, -500, 500, 3_000, 20_000, 70_000) };
      case 'odd':
        return anyone === undefined ? undefined : this.#odd(anyone);
      case 'stranger':
        return this.#stranger();
      case 'lapse':
        return this.#lapse();
      case 'late_lock':
        return this.#lateLock(controllers);
      case 'story':
        return this.#tell(controllers);
      case 'disk':
        return { do: 'disk', mode: random.oneOf('fast', 'fast', 'slow', 'slow', 'full') };
      case 'sync':
        return { do: 'sync', count: random.between(1, 4) };
      case 'restart':
        return { do: random.oneOf('stop', 'crash') };
    }
  }

  #pass(): Step {
    const random = this.#random;
    const kind = random.weighted({ none: 2, short: 6, some: 5, drain: 2, long: 0.4 });
    if (kind === 'none') return { do: 'pass', ms: 1 };
    if (kind === 'short') return { do: 'pass', ms: random.between(10, 400) };
    if (kind === 'some') return { do: 'pass', ms: random.between(400, 3_000) };
    return { do: 'pass', ms: kind === 'drain' ? random.between(4_900, 6_000) : random.between(12_000, 40_000) };
  }

  #connectController(): ConnectStep {
    const random = this.#random;
    const people = CONTROLLERS.filter(({ clientId, name }) => this.#weather.clients.includes(clientId ?? name));
    const who = random.pick(people)?.name ?? 'alice';
    const token = random.weighted<TokenKind>({ good: 20, family: 14, other: 0.5, bad: 0.5, none: 0.3 }) ?? 'good';
    const step = this.#connect(who, token, null);
    if (!random.chance(this.#weather.haste)) return step;
    const session = this.#controllers.imagined(step.socket, who);
    const burst = Array.from({ length: random.between(1, 4) }, () => this.#controllers.hasty(session));
    const rights = this.#rights(who, random.pick(this.#weather.nodes) ?? 'n1');
    const others = [rights, { do: 'hang_up', socket: step.socket }, { do: 'remove', who }] as const;
    const meanwhile = random.chance(0.3) ? { step: random.oneOf<Step>(...others), turns: random.below(6) } : null;
    return { ...step, burst, meanwhile };
  }

  #connectNode(nodeId: string): ConnectStep {
    const random = this.#random;
    const known = [...this.#world.model.facts.nodes.values()].find((node) => node.nodeId === nodeId)?.session.instance;
    const instance = random.weighted({ same: 6, other: 2, none: 1 });
    const token = random.weighted<TokenKind>({ good: 20, other: 0.4, bad: 0.4, none: 0.2, family: 0 }) ?? 'good';
    if (instance === 'none') return this.#connect(nodeId, token, null);
    const isSame = instance === 'same' && known !== undefined;
    return this.#connect(nodeId, token, isSame ? known : `i${this.#instances++}`);
  }

  #connect(who: string, token: TokenKind, instance: string | null): ConnectStep {
    this.#sockets += 1;
    return { do: 'connect', socket: `${who}#${this.#sockets}`, who, token, instance, burst: [], meanwhile: null };
  }

  /** A node ends one of its commands; a bad one ends what is not its own, or what it has ended before. */
  #answer(open: ModelSession[]): Step | undefined {
    const random = this.#random;
    const nodes = open.filter(({ person }) => person.role === 'node');
    const node = random.pick(nodes);
    if (node === undefined) return undefined;
    const isForged = random.chance(this.#weather.malice);
    const source = isForged ? (random.pick(nodes) ?? node) : node;
    const inbox = this.#world.inboxes.of(source.identity);
    const isOpen = (received: Received): boolean =>
      received.outcome === undefined || random.chance(this.#weather.malice);
    const received = random.pick(inbox.filter(isOpen));
    if (received === undefined) return undefined;
    const how = random.weighted({ ok: 12, failed: 2, error: 2, cancelled: received.isCancelled ? 10 : 0.5 }) ?? 'ok';
    if (received.action === 'relay.command_status' && random.chance(0.8)) {
      return { do: 'answer', socket: node.socket, id: received.id, how: 'status' };
    }
    const isTest = received.action === 'command.test' && how === 'ok' && random.chance(0.8);
    return { do: 'answer', socket: node.socket, id: received.id, how: isTest ? 'stream' : how };
  }

  #update(open: ModelSession[]): Step | undefined {
    const random = this.#random;
    const node = random.pick(open.filter(({ person }) => person.role === 'node'));
    if (node === undefined) return undefined;
    const listeners = [...this.#world.model.facts.listeners()];
    const own = listeners.filter(({ nodeId }) => nodeId === node.identity);
    const isForged = random.chance(2 * this.#weather.malice);
    const stray = random.chance(0.1) ? random.pick(this.#world.inboxes.of(node.identity))?.id : undefined;
    const id = random.pick(isForged ? listeners : own)?.id ?? stray;
    if (random.chance(0.15)) {
      return { do: 'report', socket: node.socket, about: id ?? null, isMalformed: random.chance(0.2) };
    }
    return id === undefined
      ? undefined
      : { do: 'update', socket: node.socket, id, isMalformed: random.chance(this.#weather.malice) };
  }

  /** Mostly somebody who has something to miss. */
  #clog(open: ModelSession[]): Step | undefined {
    const random = this.#random;
    const hearing = open.filter(({ follows, listeners }) => follows !== undefined || listeners.size > 0);
    const socket = (random.chance(0.7) ? random.pick(hearing) : undefined)?.socket ?? random.pick(open)?.socket;
    const heard = hearing.find((session) => session.socket === socket)?.listeners.values();
    for (const { id, nodeId } of heard ?? []) {
      const node = this.#world.model.facts.nodes.get(nodeId)?.session.socket;
      if (node !== undefined) this.#planned.push({ do: 'update', socket: node, id, isMalformed: false });
    }
    return socket === undefined ? undefined : { do: 'clog', socket };
  }

  #drain(): Step | undefined {
    const socket = this.#random.pick([...this.#world.model.facts.clogged]);
    return socket === undefined ? undefined : { do: 'drain', socket };
  }

  #lateClose(): Step | undefined {
    const closed = [...this.#world.sockets].filter(({ isClosedByRelay }) => isClosedByRelay);
    const { name: socket, role } = this.#random.pick(closed) ?? {};
    if (socket === undefined) return undefined;
    const late: Step = { do: 'report_closed', socket };
    const inbox = role === 'node' ? this.#world.inboxes.of(socket.split('#')[0] ?? '') : [];
    const received = this.#random.chance(0.5) ? this.#random.pick(inbox) : undefined;
    if (received === undefined) return late;
    // Its last words are still on their way.
    this.#planned.push(late);
    return { do: 'answer', socket, id: received.id, how: 'ok' };
  }

  #rights(who: string, node: string): Step {
    const random = this.#random;
    if (random.chance(0.35)) return { do: 'withdraw', who, node };
    return { do: 'grant', who, node, forMs: random.chance(0.5) ? random.between(500, 20_000) : null };
  }

  /** The grant of somebody who waits is over, and nobody has noticed when the tab becomes free. */
  #lapse(): Step | undefined {
    const random = this.#random;
    const { nodes } = this.#world.model.facts;
    const lanes = [...nodes.values()].flatMap((node) => [...node.lanes.values()].map((lane) => ({ node, lane })));
    const busy = random.pick(lanes.filter(({ lane }) => lane.running?.isAtNode === true && lane.waiting.length > 0));
    const { node, lane } = busy ?? {};
    const waiting = random.pick(lane?.waiting ?? []);
    const clientId = waiting?.session.person.clientId;
    if (node === undefined || lane?.running === undefined || clientId === undefined) return undefined;
    this.#planned.push(
      { do: 'jump', ms: 2_000 },
      { do: 'answer', socket: node.session.socket, id: lane.running.id, how: 'ok' },
    );
    return { do: 'grant', who: clientId, node: node.nodeId, forMs: 1_500 };
  }

  /** A tab is locked by another while the disk still works on a command whose turn has come there. */
  #lateLock(controllers: ModelSession[]): Step | undefined {
    const random = this.#random;
    const session = random.pick(controllers);
    const other = random.pick(controllers.filter((each) => each !== session));
    const node = random.pick(this.#weather.nodes);
    const tab = random.pick(this.#weather.tabs);
    if (session === undefined || other === undefined || node === undefined || tab === undefined) return undefined;
    const leaseMs = random.between(500, 3_000) + 0.25;
    this.#planned.push(
      this.#controllers.durable(session, { node, tab }),
      { do: 'lock', socket: other.socket, id: this.#controllers.freshId(), node, tab, leaseMs },
      { do: 'sync', count: 4 },
    );
    return { do: 'disk', mode: 'slow' };
  }

  #tell(controllers: ModelSession[]): Step | undefined {
    const random = this.#random;
    const session = random.pick(controllers);
    const node = random.pick(this.#weather.nodes);
    const tab = random.pick(this.#weather.tabs);
    if (session === undefined || node === undefined || tab === undefined) return undefined;
    this.#story = storyOf({
      ...{ random, world: this.#world, session, place: { node, tab } },
      connect: (who, instance) => this.#connect(who, 'good', instance),
      durable: () => this.#controllers.durable(session, { node, tab }),
      freshId: () => this.#controllers.freshId(),
    });
    const first = this.#story.next();
    return first.done === true ? undefined : first.value;
  }

  #odd(socket: string): Step {
    const what = this.#random.oneOf(
      ...(['ping', 'not_json', 'no_envelope', 'unknown_type', 'wrong_role', 'second_hello'] as const),
      ...(['frame_of_relay', 'null_payload', 'old_version', 'unknown_event'] as const),
      ...(['forged_result', 'forged_as_node'] as const),
    );
    const isForged = what.startsWith('forged') && this.#random.chance(0.8);
    const live = isForged ? this.#random.pick([...this.#world.model.facts.liveCommands()])?.id : undefined;
    const known = this.#random.chance(0.5) ? this.#controllers.knownId() : `odd${this.#random.below(1_000_000)}`;
    const id = live ?? known;
    return { do: 'say', socket, id, what };
  }

  #stranger(): Step {
    const random = this.#random;
    const kinds = ['hello', 'command', 'ping', 'result', 'bad_auth', 'not_json', 'wrong_role'] as const;
    const frames = Array.from({ length: random.between(1, 6) }, () => random.oneOf(...kinds));
    this.#sockets += 1;
    const noise = random.chance(0.2) ? Array.from({ length: 20 }, () => 'not_json' as const) : [];
    return {
      do: 'stranger',
      socket: `stranger#${this.#sockets}`,
      role: random.oneOf('controller', 'node'),
      frames: [...frames, ...noise],
    };
  }

  #sessions(): ModelSession[] {
    return [...this.#world.model.facts.sessions.values()].filter(
      ({ phase, socket }) => phase === 'open' && this.#world.socket(socket)?.mutedAt === undefined,
    );
  }
}
