import { personNamed } from './cast.js';
import type { ModelSession } from './model/facts.js';
import type { Random } from './random.js';
import type { CommandFault, CommandStep, Step } from './steps.js';
import type { ControllerKind, Weather } from './weather.js';
import type { World } from './world.js';

const ACTIONS = ['primitive.dom.extract_text', 'primitive.tab.navigate', 'primitive.tab.query', 'primitive.tab.open'];
const FORBIDDEN = ['primitive.tab.close_owned', 'relay.command_status', 'no.such.scope'];
const FAULTS: readonly CommandFault[] = [
  ...(['no_nonce', 'no_timestamp', 'no_node', 'bad_timeout', 'bad_wait_policy', 'bad_tab'] as const),
];

/** What is asked for under keys. */
const DURABLE_ACTIONS = [
  ...['primitive.tab.navigate', 'primitive.dom.extract_text', 'command.test', 'primitive.tab.open'],
];

/** Few keys, so that they are met again. */
const KEYS_MAX = 8;

/** How many ids and nonces are remembered, to be used once more. */
const REMEMBERED_MAX = 30;

/** What a controller does next. */
export class StormOfControllers {
  readonly #random: Random;
  readonly #world: World;
  readonly #weather: Weather;
  readonly #ids: string[] = [];
  readonly #nonces: string[] = [];
  #count = 0;

  constructor(random: Random, world: World, weather: Weather) {
    this.#random = random;
    this.#world = world;
    this.#weather = weather;
  }

  next(session: ModelSession, others: readonly ModelSession[]): Step {
    return this.#stepOf(this.#random.weighted(this.#weather.controllerWeights) ?? 'command', session, others);
  }

  #stepOf(kind: ControllerKind, session: ModelSession, others: readonly ModelSession[]): Step {
    const random = this.#random;
    const { socket } = session;
    const node = this.#node();
    const tab = random.pick(this.#weather.tabs) ?? 't1';
    const id = this.freshId();
    switch (kind) {
      case 'cancel':
        return { do: 'cancel', socket, id, target: this.#target(session, others) };
      case 'lock': {
        const leaseMs = random.chance(0.8) ? random.between(40, 6_000) + 0.25 : null;
        return { do: 'lock', socket, id, node, tab: random.chance(0.97) ? tab : null, leaseMs };
      }
      case 'unlock':
        return { do: 'unlock', socket, id, node, tab };
      case 'follow':
        return { do: 'follow', socket, id, source: random.oneOf(null, 'controller', 'node', 'relay', 'nowhere') };
      case 'detach':
        return { do: 'detach', socket, keepTabsMs: random.oneOf(null, 0, 700.125, 9_000.125, 700_000) };
      case 'renew':
        return { do: 'renew', socket, id, token: random.oneOf('good', 'good', 'other', 'bad', 'none') };
      case 'command':
      case 'durable':
      case 'subscribe':
      case 'unsubscribe':
      case 'stream':
        return this.#command(session, kind);
    }
  }

  /** What it sends before it knows that it is let in: something that is answered to it first. */
  hasty(session: ModelSession): Step {
    const step = this.next(session, [session]);
    if (step.do === 'lock') return step;
    const isPlain = step.do === 'command' && step.key === null;
    const command = isPlain ? step : this.#command(session, 'command');
    return { ...command, nonce: `${command.id}-hasty-${this.#count}` };
  }

  /** A session that somebody is about to have. */
  imagined(socket: string, who: string): ModelSession {
    const person = personNamed(who);
    return {
      ...{ socket, person, identity: who, controllerId: undefined, instance: undefined, family: undefined },
      ...{ phase: 'open', lastSeenAt: 0, follows: undefined, formerlyMissed: [], keepTabsMs: undefined },
      ...{ commands: new Map(), listeners: new Map(), streams: new Map(), submissions: new Map() },
    };
  }

  freshId(): string {
    return `x${(this.#count += 1)}`;
  }

  /** An id that somebody has used. */
  knownId(): string {
    return this.#random.pick(this.#ids) ?? 'x0';
  }

  /** A command that may not wait, is durable, and has a tab that is free: what else may happen while the disk works? */
  durable(session: ModelSession, place: { node: string; tab: string }): CommandStep {
    const step = this.#command(session, 'durable');
    return { ...step, ...place, key: `${step.key ?? ''}-${place.tab}`, waits: this.#random.chance(0.3), fault: null };
  }

  #command(session: ModelSession, kind: ControllerKind): CommandStep {
    const step = this.#anyCommand(session, kind);
    const { targetRequestId: target } = step.input;
    if (kind === 'unsubscribe' && typeof target === 'string') {
      return this.#random.chance(0.3) ? { ...step, key: `end of ${target}` } : step;
    }
    const stream = kind === 'subscribe' ? this.#random.pick([...session.streams.values()]) : undefined;
    if (stream === undefined || this.#random.chance(0.4)) return step;
    const listener = this.#random.pick(stream.declared) ?? 'chat';
    return { ...step, node: stream.nodeId, tab: stream.tab ?? null, input: { listener } };
  }

  #anyCommand(session: ModelSession, kind: ControllerKind): CommandStep {
    const random = this.#random;
    const { hurry, patience, tabbed, tabs } = this.#weather;
    this.#count += 1;
    const id = random.chance(0.03) ? this.knownId() : `c${this.#count}`;
    const nonce = random.chance(0.02) ? (random.pick(this.#nonces) ?? id) : `c${this.#count}`;
    remember(this.#ids, id);
    remember(this.#nonces, nonce);
    const isHurried = random.chance(hurry);
    const number = kind === 'durable' ? random.between(1, KEYS_MAX) : 0;
    const isTabbed = number > 0 ? number % 4 !== 0 : random.chance(tabbed);
    const tab = number > 0 ? tabs[number % tabs.length] : random.pick(tabs);
    return {
      do: 'command',
      socket: session.socket,
      id,
      node: this.#node(),
      tab: isTabbed ? (tab ?? 't1') : null,
      key: number > 0 ? `k${number}` : null,
      waits: random.chance(patience),
      timeoutMs: isHurried ? random.between(500, 9_000) + 0.5 : random.oneOf(null, 20_000.5, 45_000.5),
      nonce,
      ageMs: random.chance(0.04) ? random.oneOf(-70_000, -59_000, 30_000, 59_000, 61_000) : 0,
      fault: random.chance(0.02) ? (random.pick(FAULTS) ?? null) : null,
      ...(number > 0 ? this.#durableDeed(number) : this.#deed(session, kind)),
    };
  }

  #deed(session: ModelSession, kind: ControllerKind): Pick<CommandStep, 'action' | 'input'> {
    const random = this.#random;
    if (kind === 'subscribe') {
      return { action: 'listener.subscribe', input: { listener: random.oneOf('ticks', 'chat', 'other') } };
    }
    if (kind === 'unsubscribe') return { action: 'listener.unsubscribe', input: this.#subscription(session) };
    if (kind === 'stream') return { action: 'command.test', input: { site: 's', command: 'c' } };
    if (random.chance(0.1)) return { action: 'primitive.tab.close', input: { force: random.chance(0.7) } };
    if (random.chance(0.02)) return { action: random.pick(FORBIDDEN) ?? '', input: {} };
    const input = random.chance(0.1) ? { __controllerClientId: 'mallory', url: 'u' } : { n: this.#count };
    return { action: random.pick(ACTIONS) ?? '', input };
  }

  /** The same under the same key, but for a mistake now and then. */
  #durableDeed(number: number): Pick<CommandStep, 'action' | 'input'> {
    if (number === 5) return { action: 'primitive.tab.close', input: { force: true } };
    const action = DURABLE_ACTIONS[number % DURABLE_ACTIONS.length] ?? 'primitive.tab.navigate';
    return { action, input: { n: this.#random.chance(0.05) ? 0 : number } };
  }

  #subscription(session: ModelSession): Readonly<Record<string, unknown>> {
    const own = [...session.listeners.keys()];
    const all = [...this.#world.model.facts.listeners()].map(({ id }) => id);
    const target = this.#random.chance(0.7) ? this.#random.pick(own) : this.#random.pick([...all, 'never']);
    return target === undefined ? {} : { targetRequestId: target };
  }

  /** Mostly what is its own, sometimes what is another's, or over, or nothing. */
  #target(session: ModelSession, others: readonly ModelSession[]): string | null {
    const random = this.#random;
    const kind = random.weighted({ own: 6, stream: 2, foreign: 2, left: 2, over: 1, none: 0.2 });
    if (kind === 'own') return random.pick(waitedForBy(session)) ?? this.knownId();
    if (kind === 'stream') return random.pick([...session.streams.keys()]) ?? this.knownId();
    if (kind === 'none') return null;
    if (kind === 'foreign') return random.pick(waitedForBy(random.pick(others))) ?? this.knownId();
    const live = [...this.#world.model.facts.liveCommands()].filter((command) => command.session.phase !== 'open');
    return (kind === 'left' ? random.pick(live)?.id : undefined) ?? this.knownId();
  }

  #node(): string {
    if (this.#random.chance(0.02)) return 'n9';
    return this.#random.pick(this.#weather.nodes) ?? 'n1';
  }
}

/** The ids of what a session has asked for and not been answered. */
function waitedForBy(session: ModelSession | undefined): string[] {
  return session === undefined ? [] : [...session.commands.keys(), ...session.submissions.keys()];
}

function remember(list: string[], item: string): void {
  list.push(item);
  if (list.length > REMEMBERED_MAX) list.shift();
}
