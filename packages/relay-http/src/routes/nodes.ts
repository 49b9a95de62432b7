import {
  connectedNodesQuery,
  connectedNodesReply,
  pairedNodesReply,
  removeNodeBody,
  removeNodeReply,
} from '@telepat/otto-protocol/http';
import { defineRoute } from '../route.js';

const connected = defineRoute({
  method: 'GET',
  url: '/api/nodes/connected',
  needs: 'controller',
  summary: 'The connected nodes that the caller may command.',
  details: 'With detail=1 also what each can do, since when it is there, and how much it has in hand.',
  query: connectedNodesQuery,
  reply: connectedNodesReply,
  handle: ({ relay, caller, query }) => {
    const nodes = relay.connectedNodes(caller);
    return { nodes: query.detail === '1' ? nodes : nodes.map(({ nodeId }) => ({ nodeId })) };
  },
});

const list = defineRoute({
  method: 'GET',
  url: '/api/nodes',
  needs: 'operator',
  summary: 'Every paired node: since when, when it was seen last, and whom it has granted access.',
  details:
    'At most 1000, the ones seen last first, each with at most 100 grants; nodeCount and grantCount count all. ' +
    'lastPongAt, of a connected node, is when it last answered a ping of the relay.',
  reply: pairedNodesReply,
  handle: ({ relay }) => relay.pairedNodes(),
});

const remove = defineRoute({
  method: 'POST',
  url: '/api/nodes/remove',
  needs: 'operator',
  summary: 'Unpairs a node: its tokens, its grants, its connection, and the controllers that are bound to it end.',
  errors: ['nodeId_required', 'node_not_found'],
  body: removeNodeBody,
  reply: removeNodeReply,
  handle: ({ relay, body }) => relay.removeNode(body.nodeId),
});

/** Routes of nodes. */
export const NODE_ROUTES = [connected, list, remove];
