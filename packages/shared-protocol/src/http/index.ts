export {
  pairingApproveBody,
  pairingApproveReply,
  pairingPendingReply,
  pairingRequestBody,
  pairingRequestReply,
  pairingStatusQuery,
  pairingStatusReply,
  type PairingApproveReply,
  type PairingPendingReply,
  type PairingRequestReply,
  type PairingStatusReply,
} from './pairing.js';
export { refreshBody, refreshReply, revokeBody, revokeReply, type RefreshReply, type RevokeReply } from './tokens.js';
export {
  clientTokenBody,
  clientTokenReply,
  registerBody,
  registerReply,
  removeAllClientsReply,
  removeClientBody,
  removeClientReply,
  type ClientTokenReply,
  type RegisterReply,
  type RemoveAllClientsReply,
  type RemoveClientReply,
} from './clients.js';
export { accessBody, accessListReply, accessReply, type AccessListReply, type AccessReply } from './grants.js';
export { connectedNodesQuery, connectedNodesReply, type ConnectedNodesReply } from './nodes.js';
export { logsQuery, logsReply, type LogsQuery, type LogsReply } from './logs.js';
export {
  HEALTH_PROOF_PREFIX,
  healthQuery,
  healthReply,
  httpErrorReply,
  readyReply,
  statusReply,
  type HealthReply,
  type HttpErrorReply,
  type ReadyReply,
  type StatusReply,
} from './health.js';
