export { relayHttp } from './plugin.js';
export { SERVER_OPTIONS } from './server-options.js';
export { ROUTES } from './routes/index.js';
export { errorsOf } from './route-errors.js';
export type { Route, RouteHeader } from './route.js';
export type { Needs } from './authenticate.js';
export type { HttpPolicy, OperatorToken, ProcessStatus, RegistrationPolicy, RelayHttpOptions } from './options.js';
