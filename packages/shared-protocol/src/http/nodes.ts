import * as z from 'zod';

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

export type ConnectedNodesReply = z.infer<typeof connectedNodesReply>;
