import * as z from 'zod';
import { ROLES } from '../envelope.js';

/** Where a durable command is, as long as its outcome is not on record. */
export const DURABLE_PHASES = ['running', 'unknown', 'asking', 'adopted', 'recording'] as const;

const time = z.number();
const count = z.int().nonnegative();

/** Who: a client by its id and name, a controller from a pairing by its controllerId, a node by its id. */
const identity = z.object({ identity: z.string(), name: z.string().optional() });

const sessionRow = identity.extend({
  role: z.enum(ROLES),
  nodeId: z.string().optional(),
  clientId: z.string().optional(),
  controllerId: z.string().optional(),
  connectedAt: time,
  lastFrameAt: time,
});

const nodeRow = z.object({
  nodeId: z.string(),
  capabilities: z.array(z.string()),
  connectedAt: time,
  lastPongAt: time,
  inFlight: count,
  queued: count,
});

const lockRow = z.object({ nodeId: z.string(), tabSessionId: z.string(), holder: identity, expiresAt: time });

/** A command in a tab: whose, and for how long it is there. The relay's own have no owner. */
const commandRow = z.object({
  requestId: z.string(),
  action: z.string(),
  owner: identity.optional(),
  ageMs: z.number(),
});

const queueRow = z.object({
  nodeId: z.string(),
  tabSessionId: z.string(),
  depth: count,
  head: commandRow.optional(),
  running: commandRow.optional(),
});

const durableRow = z.object({
  requestId: z.string(),
  nodeId: z.string(),
  owner: identity,
  phase: z.enum(DURABLE_PHASES),
  acceptedAt: time,
  waiting: count,
});

/**
 * What `otto status` shows: the running relay as its owner sees it. No list is longer than `STATUS_ROWS_MAX`; `counts`
 * says how many rows there are in all. Kept are: of sessions the newest, of nodes the busiest, of tabs the newest
 * owners, of locks those that end first, of queues the deepest, of durable commands the oldest. `now` is the relay's time,
 * by which the others are to be read; an older relay does not say it.
 */
export const statusReply = z.object({
  version: z.string(),
  pid: z.number(),
  port: z.number(),
  uptimeMs: z.number(),
  now: time.optional(),
  sessions: z.array(sessionRow),
  nodes: z.array(nodeRow),
  /** Who has tabs open where, and since when. */
  tabs: z.array(z.object({ owner: identity, nodeId: z.string(), since: time })),
  locks: z.array(lockRow),
  /** Tabs in which a command waits or runs. */
  queues: z.array(queueRow),
  durableCommands: z.array(durableRow),
  counts: z.object({
    sessions: count,
    nodes: count,
    tabs: count,
    locks: count,
    queues: count,
    durableCommands: count,
  }),
  warnings: z.array(z.string()),
});

export type StatusReply = z.infer<typeof statusReply>;
