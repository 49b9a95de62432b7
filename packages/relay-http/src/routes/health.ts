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
  otherStatus: 503,
  statusOf: ({ status }) => (status === 'ready' || status === 'degraded' ? 200 : 503),
  handle: ({ options }) => options.readiness(),
});

const status = defineRoute({
  method: 'GET',
  url: '/api/status',
  needs: 'operator',
  summary: 'The running relay as its owner sees it: who is connected, and who holds what.',
  details:
    'No list has more than 500 rows; counts says how many there are. Kept are the newest sessions, the busiest nodes, ' +
    'the newest owners of tabs, the locks that end first, the deepest queues, the oldest durable commands.',
  reply: statusReply,
  handle: ({ relay, options }) => ({
    ...options.process(),
    ...relay.status(),
  }),
});

/** Routes that tell how the relay is. */
export const HEALTH_ROUTES = [health, ready, status];
