import { ID_PREFIXES } from '@telepat/otto-protocol';
import type { Identity } from '../access/identity.js';
import { traceFields } from '../logs/trace-fields.js';
import type { RelayRooms } from '../relay-rooms.js';
import { Heartbeat } from './heartbeat.js';
import type { IdentityLedgers } from './identity-ledgers.js';
import type { NodeSessions } from './node-sessions.js';
import type { Peer } from '../ports/peer.js';
import { Session } from './session.js';
import type { SessionDirectory } from './session-directory.js';

/** Begins and ends sessions: whatever hangs on one is attached here, and let go here. */
export class SessionLife {
  readonly #rooms: RelayRooms;
  readonly #own: SessionLifeRooms;

  constructor(rooms: RelayRooms, own: SessionLifeRooms) {
    this.#rooms = rooms;
    this.#own = own;
  }

  /** A session for a peer whose token was accepted; nobody sees it until `start`. */
  open(identity: Identity, opening: SessionOpening): Session {
    const { clock, ids } = this.#rooms;
    const session: Session = new Session({
      ...opening,
      id: ids.next(ID_PREFIXES.session),
      identity,
      rooms: this.#rooms,
      life: this,
      ledger: this.#own.ledgers.open(identity),
      heartbeat: this.#heartbeat(() => session),
      connectedAt: clock.now(),
    });
    return session;
  }

  /** The peer has its `auth_ack`: from here on it counts. */
  start(session: Session): void {
    const { access, log, orphanTabs } = this.#rooms;
    const { identity, ledger } = session;
    this.#own.sessions.add(session);
    ledger.sessions.add(session);
    session.heartbeat.start();
    log.write({ level: 'info', source: 'relay', type: 'auth_ack', ...session.logIds(), status: identity.role });
    if (identity.role === 'node') {
      // First the take-over, so that the end of its older tokens finds nothing that it would take along.
      this.#own.nodeSessions.attach(session);
      access.noteAuthenticated(identity);
      return;
    }
    access.noteAuthenticated(identity);
    orphanTabs.returned(ledger);
    const type = 'controller_connected';
    log.write({ level: 'info', source: 'controller', type, ...session.logIds(), status: 'connected' });
  }

  /** The socket is closed, or about to be: nothing is sent to it any more, and what waited for it is let go. */
  end(session: Session): void {
    if (!session.isOpen) return;
    session.markClosed();
    this.#own.sessions.remove(session);
    if (session.identity.role === 'node') this.#endNode(session);
    else this.#endController(session);
    this.#own.ledgers.leave(session);
  }

  #endNode(session: Session): void {
    const { access, clock } = this.#rooms;
    const { sid } = session.identity;
    if (sid !== undefined) access.nodes.noteSeen(sid, Math.round(clock.now()));
    this.#own.nodeSessions.detach(session);
  }

  #endController(session: Session): void {
    const { durable, locks, log, logFeed, nodes, orphanTabs, subscriptions } = this.#rooms;
    for (const command of [...session.commands.values()]) {
      if (command.isSent) continue;
      nodes.get(command.order.nodeId)?.drop(command);
      const { requestId, nodeId, action } = command.order;
      const type = 'queued_command_dropped';
      const ids = { requestId, ...traceFields(command.order), ...session.logIds() };
      log.write({ level: 'warn', source: 'relay', type, ...ids, nodeId, action });
    }
    durable.sessionEnded(session);
    subscriptions.sessionEnded(session);
    if (session.liveLog !== undefined) logFeed.remove(session.liveLog);
    for (const lock of [...session.locks]) locks.release(lock);
    const type = 'controller_disconnected';
    log.write({ level: 'info', source: 'controller', type, ...session.logIds(), status: 'disconnected' });
    const { ledger } = session;
    if (ledger.sessions.size === 1 && ledger.sessions.has(session)) orphanTabs.left(ledger, session.keepTabsMs);
  }

  #heartbeat(session: () => Session): Heartbeat {
    const { clock, config, log } = this.#rooms;
    return new Heartbeat(clock, {
      silenceMsMax: config.heartbeatIntervalMs * config.heartbeatMissLimit,
      onSilence: () => {
        const silent = session();
        // Nothing is read from a peer that does not read: its silence is ours, and the host closes it in time.
        if (silent.bufferedBytes() > config.bufferedBytesMax) {
          silent.heartbeat.start();
          return;
        }
        if (silent.identity.role === 'controller') {
          const type = 'controller_heartbeat_timeout';
          log.write({ level: 'warn', source: 'relay', type, ...silent.logIds(), status: 'stale' });
        }
        silent.close('heartbeat_missed');
      },
    });
  }
}

export interface SessionOpening {
  readonly peer: Peer;
  readonly instanceId: string | undefined;
  readonly capabilities: readonly string[];
}

export interface SessionLifeRooms {
  readonly ledgers: IdentityLedgers;
  readonly sessions: SessionDirectory;
  readonly nodeSessions: NodeSessions;
}
