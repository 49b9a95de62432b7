import { Access } from './access/access.js';
import type { RelayConfig } from './config.js';
import { GuardedClock } from './guarded-clock.js';
import { DurableCommands } from './durable/durable-commands.js';
import { LogBook } from './logs/log-book.js';
import { LogFeed } from './logs/log-feed.js';
import { EndedRequests } from './node/ended-requests.js';
import { NodeDirectory } from './node/node-directory.js';
import { RelayCommands } from './node/relay-commands.js';
import { TabLocks } from './node/tab-locks.js';
import type { RelayPorts } from './ports/ports.js';
import type { TabOwner } from './ports/storage.js';
import type { RelayRooms } from './relay-rooms.js';
import { IdentityLedgers } from './session/identity-ledgers.js';
import { Listeners } from './session/listeners.js';
import { LockNews } from './session/lock-news.js';
import { OrphanTabs } from './session/orphan-tabs.js';
import { RelayTime } from './session/relay-time.js';
import { Revocations } from './session/revocations.js';
import { SessionDirectory } from './session/session-directory.js';
import { Streams } from './session/streams.js';
import { Subscriptions } from './session/subscriptions.js';
import { TabOwners } from './session/tab-owners.js';
import type { LogEntry } from '@telepat/otto-protocol';

/** Builds the rooms of one relay and fills them from its stores. Rejects when a store cannot be read. */
export async function openRooms(
  config: RelayConfig,
  ports: RelayPorts,
  recentLog: readonly LogEntry[],
): Promise<OpenedRooms> {
  const { ids, storage, reportBug } = ports;
  const clock = new GuardedClock(ports.clock, reportBug);
  const logFeed = new LogFeed(ports.logSink);
  const log = new LogBook({
    clock,
    ids,
    sink: logFeed,
    recent: recentLog,
    archive: ports.logArchive,
    keepsPayloads: config.logPayloads,
    onOwnEntry: ports.onOwnEntry,
    isFollowed: () => logFeed.isFollowed,
    reportBug,
  });
  const nodes = new NodeDirectory();
  const endedRequests = new EndedRequests();
  const ledgers = new IdentityLedgers(config, clock);
  const sessions = new SessionDirectory();
  const relayCommands = new RelayCommands(clock, ids);
  const { bufferedBytesMax, orphanGraceMs } = config;

  const checkDue = ({ controllerClientId, nodeId }: TabOwner) => {
    orphanTabs.closeUnlessKept(controllerClientId, nodeId);
  };
  const tabOwners = new TabOwners({ clock, store: storage.tabOwners, checkDue, reportBug });
  const closed: TabOwners['closed'] = (...what) => tabOwners.closed(...what);
  const isThere = (identity: string) => ledgers.hasSession(identity);
  const idsOf = (identity: string) => access.idsOf(identity);
  // One that this relay has not seen since it started may have asked the one before to keep its tabs.
  const mayComeBack = (identity: string, nodeId: string) => !ledgers.isKnown(identity) && tabOwners.awaitsCheck(nodeId);
  const orphanTabs = new OrphanTabs({
    ...{ config, clock, log, nodes, relayCommands, isThere, mayComeBack, idsOf, closed },
  });
  const listeners = new Listeners({ clock, log, nodes, endedRequests, relayCommands, bufferedBytesMax });
  const subscriptions = new Subscriptions(listeners, new Streams({ clock, log, endedRequests, listeners }));
  const { journal } = storage;
  const durable = new DurableCommands({
    ...{ clock, idsOf, journal, log, nodes, orphanTabs, relayCommands, subscriptions, tabOwners, orphanGraceMs },
  });
  const locks = new TabLocks(clock, new LockNews(nodes, log));
  const watcher = new Revocations({ durable, ledgers, locks, nodes, orphanTabs, sessions, subscriptions });

  const access = await Access.open({ config, ports: { ...ports, clock }, log, watcher });
  await durable.load();
  await tabOwners.load();
  const digest = (text: string) => ports.secrets.digest(text);
  const told = { log, logFeed, digest, reportBug };
  const world = { config, clock, relayTime: new RelayTime(clock), ids };
  const kept = { access, nodes, endedRequests, locks, subscriptions, durable, tabOwners, orphanTabs };
  const rooms = { ...told, ...world, ...kept };
  return { rooms, ledgers, sessions };
}

export interface OpenedRooms {
  readonly rooms: RelayRooms;
  readonly ledgers: IdentityLedgers;
  readonly sessions: SessionDirectory;
}
