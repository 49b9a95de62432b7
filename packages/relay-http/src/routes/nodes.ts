import { connectedNodesQuery, connectedNodesReply } from '@telepat/otto-protocol/http';
import { defineRoute } from '../route.js';

const connected = defineRoute({
  method: 'GET',
  url: '/api/nodes/connected',
  needs: 'controller',
  summary: 'The connected nodes that the caller may command.',
  query: connectedNodesQuery,
  reply: connectedNodesReply,
  handle: ({ relay, caller, query }) => {
    const nodes = relay.connectedNodes(caller);
    return { nodes: query.detail === '1' ? nodes : nodes.map(({ nodeId }) => ({ nodeId })) };
  },
});

/** Routes of nodes. */
export const NODE_ROUTES = [connected];
