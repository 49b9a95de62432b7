import * as z from 'zod';
import { requiredText } from './field.js';

export const connectedNodesQuery = z.object({ detail: z.string().optional().catch(undefined) });

export const connectedNodesReply = z.object({
  nodes: z.array(
    z.object({
      nodeId: z.string(),
      capabilities: z.array(z.string()).optional(),
      connectedAt: z.number().optional(),
      lastPongAt: z.number().optional(),
      inFlight: z.number().optional(),
      queued: z.number().optional(),
    }),
  ),
});

/**
 * The paired nodes, the ones seen last first; at most `NODES_LISTED_MAX`, of `nodeCount` in all, each with at most
 * `GRANTS_LISTED_MAX` of its `grantCount` grants. `lastSeenAt` is exact while the relay runs; of a node that has not
 * been there since a restart it is the time of its last token. `lastPongAt` says when a connected node last answered a
 * ping of the relay: an open connection alone does not mean that somebody is there. `now` is the relay's time, by which the
 * others are to be read; an older relay does not say it.
 */
export const pairedNodesReply = z.object({
  nodes: z.array(
    z.object({
      nodeId: z.string(),
      pairedAt: z.number(),
      lastSeenAt: z.number(),
      connected: z.boolean(),
      lastPongAt: z.number().optional(),
      origin: z.string().optional(),
      grants: z.array(
        z.object({
          clientId: z.string(),
          name: z.string(),
          grantedAt: z.number(),
          expiresAt: z.number().optional(),
        }),
      ),
      grantCount: z.number(),
    }),
  ),
  nodeCount: z.number(),
  now: z.number().optional(),
});

export const removeNodeBody = z.object({ nodeId: requiredText('nodeId_required') });

export const removeNodeReply = z.object({
  ok: z.literal(true),
  nodeId: z.string(),
  refreshRevokedCount: z.number(),
  aclRevokedCount: z.number(),
  disconnectedSessions: z.number(),
});

export type ConnectedNodesReply = z.infer<typeof connectedNodesReply>;
export type PairedNodesReply = z.infer<typeof pairedNodesReply>;
export type RemoveNodeReply = z.infer<typeof removeNodeReply>;
