import type { Random } from './random.js';
import type { Setting } from './setting.js';

/** How a storm behaves: not all of them do everything, so that each goes deep where it goes. */
export interface Weather {
  readonly setting: Setting;
  readonly steps: number;
  readonly nodes: readonly string[];
  readonly tabs: readonly string[];
  /** Clients and others of the cast who take part. */
  readonly clients: readonly string[];
  readonly sessionsMax: number;
  /** How likely nodes answer for others, or twice. */
  readonly malice: number;
  /** How likely a controller sends before it is let in. */
  readonly haste: number;
  /** How likely a command waits for its turn, has a tab, names a short time. */
  readonly patience: number;
  readonly tabbed: number;
  readonly hurry: number;
  readonly weights: Readonly<Record<Kind, number>>;
  readonly controllerWeights: Readonly<Record<ControllerKind, number>>;
}

export type Kind =
  | 'controller'
  | 'answer'
  | 'update'
  | 'pass'
  | 'takeover'
  | 'hang_up'
  | 'mute'
  | 'clog'
  | 'drain'
  | 'late_close'
  | 'rights'
  | 'revoke'
  | 'lapse'
  | 'late_lock'
  | 'story'
  | 'jump'
  | 'odd'
  | 'stranger'
  | 'disk'
  | 'sync'
  | 'restart';

export type ControllerKind =
  | 'command'
  | 'durable'
  | 'cancel'
  | 'lock'
  | 'unlock'
  | 'subscribe'
  | 'unsubscribe'
  | 'stream'
  | 'follow'
  | 'detach'
  | 'renew';

const NODES = ['n1', 'n2', 'n3'];
const TABS = ['t1', 't2', 't3'];

/** The weather of one storm. */
export function weatherOf(random: Random): Weather {
  const nodes = NODES.slice(0, random.between(1, 3));
  const clients = ['alice', 'bob', ...(random.chance(0.5) ? ['carol'] : []), ...(random.chance(0.3) ? ['guest'] : [])];
  return {
    setting: settingOf(random, clients, nodes),
    steps: random.between(40, 160),
    nodes,
    tabs: TABS.slice(0, random.between(1, 3)),
    clients,
    sessionsMax: random.between(2, 5),
    malice: random.chance(0.6) ? 0.1 : 0,
    haste: random.chance(0.5) ? 0.3 : 0,
    patience: random.oneOf(0.3, 0.8, 0.95),
    tabbed: random.oneOf(0.5, 0.9, 1),
    hurry: random.oneOf(0.1, 0.6),
    weights: {
      controller: 40,
      answer: random.oneOf(10, 25, 40),
      pass: random.oneOf(6, 15),
      late_close: 3,
      drain: 3,
      update: sometimes(random, 20),
      takeover: sometimes(random, 2),
      hang_up: sometimes(random, 3),
      mute: sometimes(random, 1),
      clog: sometimes(random, 2),
      rights: sometimes(random, 4),
      revoke: sometimes(random, 1.2),
      lapse: sometimes(random, 2),
      late_lock: sometimes(random, 1.5),
      story: sometimes(random, 1),
      jump: sometimes(random, 2),
      odd: sometimes(random, 2),
      stranger: sometimes(random, 1),
      disk: sometimes(random, 2),
      sync: 3,
      restart: sometimes(random, 1.2),
    },
    controllerWeights: {
      command: 30,
      durable: sometimes(random, 25),
      cancel: sometimes(random, 6),
      lock: sometimes(random, 8),
      unlock: sometimes(random, 3),
      subscribe: sometimes(random, 12),
      unsubscribe: sometimes(random, 3),
      stream: sometimes(random, 8),
      follow: sometimes(random, 2),
      detach: sometimes(random, 1),
      renew: sometimes(random, 1),
    },
  };
}

function settingOf(random: Random, clients: readonly string[], nodes: readonly string[]): Setting {
  const grants = clients.flatMap((clientId) => nodes.map((nodeId) => [clientId, nodeId] as const));
  return {
    isPatient: random.chance(0.2),
    rateLimitPerMin: random.chance(0.2) ? random.oneOf(10, 25) : 100_000,
    tabQueueLimit: random.oneOf(2, 5, 20),
    controllerQueueLimit: random.oneOf(4, 100),
    grants: grants.filter(([clientId]) => clientId !== 'guest' && !random.chance(0.1)),
  };
}

/** A fault that half of the storms have. */
function sometimes(random: Random, weight: number): number {
  return random.chance(0.5) ? weight : 0;
}
