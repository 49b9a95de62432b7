import type { LogEntry } from '@telepat/otto-protocol';

/** What strangers said, and whose ids they named, is for the owner of the relay alone. */
const OPERATOR_TYPES: ReadonlySet<string> = new Set([
  'auth_rejected',
  'unauthenticated_frame_rejected',
  'ws_upgrade_rejected',
  'refusals_left_out',
  'result_owner_mismatch',
]);

/**
 * Whether a viewer may see an entry. The one rule for queries, exports and the live log; it needs nothing but what it
 * is given, so that it decides in another thread as it does here.
 *
 * A controller sees its own entries; of nodes that it may command what is nobody's; and what the relay says about
 * nobody in particular. Where an entry names a client, that decides, whatever the controller's name. What a node says
 * about a request is its client's: if nobody knows whose it was, nobody but the operator sees it.
 *
 * @example entries.filter((entry) => visibleTo(viewer, entry))
 */
export function visibleTo(viewer: Viewer, entry: VisibleFacts): boolean {
  if (viewer.seesAll) return true;
  if (OPERATOR_TYPES.has(entry.type)) return false;
  const { clientId, controllerId, nodeId, source } = entry;
  if (clientId !== undefined) return clientId === viewer.clientId;
  if (controllerId !== undefined) return controllerId === viewer.controllerId;
  if (nodeId === undefined) return source === 'relay';
  if (source === 'node' && entry.requestId !== undefined) return false;
  return viewer.nodeIds.has(nodeId);
}

/** Who reads the log, as far as it decides what may be seen. */
export interface Viewer {
  /** The operator, or scope `relay.admin`. */
  readonly seesAll: boolean;
  readonly clientId?: string;
  readonly controllerId?: string;
  /** The nodes that it may command now: asked for each entry, so that a grant that was withdrawn hides at once. */
  readonly nodeIds: Pick<ReadonlySet<string>, 'has'>;
}

/** A viewer as plain data, which another thread can be sent: its nodes are those of the moment. */
export interface PlainViewer extends Viewer {
  readonly nodeIds: ReadonlySet<string>;
}

/** The facts of an entry that decide who may see it. */
type VisibleFacts = Pick<LogEntry, 'type' | 'source' | 'requestId' | 'nodeId' | 'clientId' | 'controllerId'>;
