import { holdsScope, OttoError, type LogEntry, type LogsSubscribeEvent } from '@telepat/otto-protocol';
import type { Grants } from '../access/grants.js';
import type { Identity } from '../access/identity.js';
import type { LogFollower } from '../logs/log-feed.js';
import { visibleTo, type PlainViewer, type Viewer } from '../logs/visibility.js';
import type { Session } from './session.js';

/** A session that follows the log: it gets what its identity may see, and a count of what it was too slow for. */
export class LiveLog implements LogFollower {
  readonly #session: Session;
  readonly #grants: Grants;
  #identity: Identity;
  #viewer: Viewer;
  readonly #subscribe: { readonly requestId: string; readonly source: LogsSubscribeEvent['source'] };
  readonly #bufferedBytesMax: number;
  #droppedCount = 0;

  constructor(
    session: Session,
    options: { grants: Grants; requestId: string; source: LogsSubscribeEvent['source']; bufferedBytesMax: number },
  ) {
    this.#session = session;
    this.#grants = options.grants;
    this.#identity = session.identity;
    this.#viewer = viewerOf(session.identity, options.grants);
    this.#subscribe = { requestId: options.requestId, source: options.source };
    this.#bufferedBytesMax = options.bufferedBytesMax;
  }

  take(entry: LogEntry): void {
    const { source } = this.#subscribe;
    if (source !== undefined && source !== 'all' && source !== entry.source) return;
    if (!holdsScope(this.#session.identity.scopes, 'logs.read') || !visibleTo(this.#currentViewer(), entry)) return;
    if (this.#session.bufferedBytes() > this.#bufferedBytesMax) {
      this.#droppedCount += 1;
      if (this.#droppedCount === 1) this.#session.whenDrained(() => this.#tellDropped());
      return;
    }
    if (this.#droppedCount > 0) this.#tellDropped();
    this.#session.reply('event', this.#subscribe, { type: 'log', entry });
  }

  /** A second `auth` may have changed what its identity may see. */
  #currentViewer(): Viewer {
    const { identity } = this.#session;
    if (identity !== this.#identity) {
      this.#identity = identity;
      this.#viewer = viewerOf(identity, this.#grants);
    }
    return this.#viewer;
  }

  #tellDropped(): void {
    if (this.#droppedCount === 0) return;
    const payload = { type: 'log_entries_dropped', count: this.#droppedCount };
    this.#session.reply('event', this.#subscribe, payload);
    this.#droppedCount = 0;
  }
}

/** Checks that a session may follow the log. @throws OttoError `forbidden_scope` */
export function checkMayFollow(session: Session): void {
  if (!holdsScope(session.identity.scopes, 'logs.read')) throw new OttoError('forbidden_scope', { effect: 'none' });
}

/** What an identity may see of log and nodes, as long as its grants stand. */
export function viewerOf(identity: Identity, grants: Grants): Viewer {
  return { ...whoViews(identity), nodeIds: { has: (nodeId) => grants.allows(identity, nodeId) } };
}

/** What an identity may see at this moment, as plain data for another thread. */
export function plainViewerOf(identity: Identity, grants: Grants): PlainViewer {
  return { ...whoViews(identity), nodeIds: grants.nodeIdsOf(identity) };
}

function whoViews({ clientId, controllerId, role, scopes }: Identity): Omit<Viewer, 'nodeIds'> {
  return {
    seesAll: role === 'controller' && holdsScope(scopes, 'relay.admin'),
    ...(clientId === undefined ? {} : { clientId }),
    ...(controllerId === undefined ? {} : { controllerId }),
  };
}
