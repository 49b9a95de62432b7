export { createRelayServer, type RelayServer, type RelayServerOptions } from './create-relay-server.js';
export { readConfig, type HostConfig } from './config.js';
export { createDiagnostics } from './diagnostics.js';
export { restrictUmask } from './folder.js';
export {
  OPERATOR_TOKEN_FILE,
  TOKEN_SECRET_FILE,
  operatorTokenPath,
  ottoHome,
  relayFolder,
  type Environment,
} from './paths.js';
export { ensureTokenSecret } from './token-secret.js';
