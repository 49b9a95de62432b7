import { OttoError } from '@telepat/otto-protocol';
import * as z from 'zod';
import { defineRoute, type Call } from '../route.js';

/** The text format of Prometheus. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const metrics = defineRoute({
  method: 'GET',
  url: '/metrics',
  needs: 'anyone',
  summary: 'Metrics in the text format of Prometheus.',
  details:
    'For the operator, and for programs on the machine of the relay; behind a proxy everybody counts as remote. For ' +
    'everyone with OTTO_METRICS_PUBLIC=1. docs/metrics.md lists the metrics.',
  errors: ['missing_access_token', 'invalid_access_token', 'forbidden_role', 'not_found'],
  reply: z.string(),
  contentType: CONTENT_TYPE,
  handle: async (call) => {
    checkMayScrape(call);
    const { metrics: read } = call.options;
    if (read === undefined) throw new OttoError('not_found', { message: 'This relay keeps no metrics.' });
    return read();
  },
});

/** Who may read the metrics: how busy the relay is, is nobody else's business. */
function checkMayScrape({ caller, header, options, origin }: Call): void {
  if (options.policy.metricsPublic === true || origin.isLoopback || caller.kind === 'operator') return;
  if (caller.kind === 'bearer') throw new OttoError('forbidden_role');
  throw new OttoError(header('authorization') === undefined ? 'missing_access_token' : 'invalid_access_token');
}

/** The route of the metrics. */
export const METRIC_ROUTES = [metrics];
