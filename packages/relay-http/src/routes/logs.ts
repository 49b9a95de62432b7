import { logsQuery, logsReply } from '@telepat/otto-protocol/http';
import { defineRoute } from '../route.js';

const list = defineRoute({
  method: 'GET',
  url: '/api/logs',
  needs: 'controller',
  scope: 'logs.read',
  summary: 'Log entries that the caller may see, oldest first.',
  errors: ['invalid_since', 'invalid_level', 'invalid_source', 'invalid_latest'],
  query: logsQuery,
  reply: logsReply,
  handle: ({ relay, caller, query }) => ({
    // Copies, since the schema of an entry lets fields of later versions pass and an interface does not.
    logs: relay.logs.query(relay.viewer(caller), query).map((entry) => ({ ...entry })),
  }),
});

/** Routes of the operation log. */
export const LOG_ROUTES = [list];
