import type { ErrorCode } from '@telepat/otto-protocol';
import type { Route } from './route.js';

const OF_EVERY_ROUTE: readonly ErrorCode[] = [
  'forbidden_host',
  'forbidden_origin',
  'too_many_sockets',
  'internal_error',
];
const OF_BODIES: readonly ErrorCode[] = ['invalid_json', 'body_too_large', 'unsupported_media_type'];
const OF_BEARERS: readonly ErrorCode[] = ['missing_access_token', 'invalid_access_token', 'forbidden_role'];

/** Every code with which a route may answer: its own, and those of all that have a body or ask who calls. */
export function errorsOf({ method, needs, scope, errors = [] }: RouteErrorFacts): readonly ErrorCode[] {
  const all = [
    ...errors,
    ...(needs === 'anyone' ? [] : OF_BEARERS),
    ...(scope === undefined ? [] : (['forbidden_scope'] as const)),
    ...(method === 'POST' ? OF_BODIES : []),
    ...OF_EVERY_ROUTE,
  ];
  return [...new Set(all)];
}

type RouteErrorFacts = Pick<Route, 'method' | 'needs' | 'scope' | 'errors'>;
