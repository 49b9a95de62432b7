import { healthQuery, healthReply, readyReply, statusReply } from '@telepat/otto-protocol/http';
import { defineRoute } from '../route.js';

const health = defineRoute({
  method: 'GET',
  url: '/healthz',
  needs: 'anyone',
  summary: 'Answers while the process lives; given a challenge, proves that the relay knows the operator token.',
  query: healthQuery,
  reply: healthReply,
  handle: ({ options, query: { challenge } }) => ({
    status: 'ok' as const,
    ...(challenge === undefined ? {} : { proof: options.operator.prove(challenge) }),
  }),
});

const ready = defineRoute({
  method: 'GET',
  url: '/readyz',
  needs: 'anyone',
  summary: 'Whether the stores are loaded and the relay takes connections.',
  reply: readyReply,
  statusOf: ({ status }) => (status === 'ready' || status === 'degraded' ? 200 : 503),
  handle: ({ options }) => options.readiness(),
});

const status = defineRoute({
  method: 'GET',
  url: '/api/status',
  needs: 'operator',
  summary: 'The running relay as its owner sees it.',
  reply: statusReply,
  handle: ({ relay, options, caller }) => ({
    ...options.process(),
    sessions: relay.sessions(),
    nodes: relay.connectedNodes(caller),
  }),
});

/** Routes that tell how the relay is. */
export const HEALTH_ROUTES = [health, ready, status];
