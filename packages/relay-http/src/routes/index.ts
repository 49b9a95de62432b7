import type { Route } from '../route.js';
import { CLIENT_ROUTES } from './clients.js';
import { GRANT_ROUTES } from './grants.js';
import { HEALTH_ROUTES } from './health.js';
import { LOG_ROUTES } from './logs.js';
import { METRIC_ROUTES } from './metrics.js';
import { NODE_ROUTES } from './nodes.js';
import { openApiRoute } from './openapi.js';
import { PAIRING_ROUTES } from './pairing.js';
import { TOKEN_ROUTES } from './tokens.js';

/** Every HTTP route of the relay. */
export const ROUTES: readonly Route[] = [
  ...HEALTH_ROUTES,
  ...PAIRING_ROUTES,
  ...TOKEN_ROUTES,
  ...NODE_ROUTES,
  ...CLIENT_ROUTES,
  ...GRANT_ROUTES,
  ...LOG_ROUTES,
  ...METRIC_ROUTES,
  openApiRoute(() => ROUTES),
];
