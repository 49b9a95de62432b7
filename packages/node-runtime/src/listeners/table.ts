import { httpIntercept } from './http-intercept.js';
import type { NodeListener } from './node-listener.js';

/** Everything at this node that can be subscribed to. */
export const LISTENERS: ReadonlyMap<string, NodeListener> = new Map([['network.http_intercept', httpIntercept]]);
