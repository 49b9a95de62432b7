import type { Access } from './access/access.js';
import type { DurableCommands } from './durable/durable-commands.js';
import type { TabOwners } from './session/tab-owners.js';
import type { RelayConfig } from './config.js';
import type { LogBook } from './logs/log-book.js';
import type { EndedRequests } from './node/ended-requests.js';
import type { NodeDirectory } from './node/node-directory.js';
import type { TabLocks } from './node/tab-locks.js';
import type { Clock } from './ports/clock.js';
import type { IdGenerator } from './ports/id-generator.js';
import type { LogFeed } from './logs/log-feed.js';
import type { Subscriptions } from './session/subscriptions.js';
import type { OrphanTabs } from './session/orphan-tabs.js';
import type { RelayTime } from './session/relay-time.js';

/** The rooms of one relay, as the handlers of frames see them. */
export interface RelayRooms {
  readonly config: RelayConfig;
  readonly clock: Clock;
  /** By which commands are stamped. */
  readonly relayTime: RelayTime;
  readonly ids: IdGenerator;
  readonly log: LogBook;
  readonly access: Access;
  readonly nodes: NodeDirectory;
  readonly endedRequests: EndedRequests;
  readonly locks: TabLocks;
  readonly logFeed: LogFeed;
  readonly subscriptions: Subscriptions;
  readonly durable: DurableCommands;
  readonly tabOwners: TabOwners;
  readonly orphanTabs: OrphanTabs;
  /** SHA-256, hex. */
  digest(text: string): string;
  /** Told of a bug of our own, with its stack. */
  reportBug(error: unknown): void;
}
