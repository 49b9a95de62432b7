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
  clientListQuery,
  clientListReply,
  clientReply,
  clientScopesBody,
  clientTokenBody,
  clientTokenReply,
  registerBody,
  registerReply,
  removeAllClientsReply,
  removeClientBody,
  removeClientReply,
  type ClientListReply,
  type ClientReply,
  type ClientTokenReply,
  type RegisterReply,
  type RemoveAllClientsReply,
  type RemoveClientReply,
} from './clients.js';
export { accessBody, accessListReply, accessReply, type AccessListReply, type AccessReply } from './grants.js';
export {
  connectedNodesQuery,
  connectedNodesReply,
  pairedNodesReply,
  removeNodeBody,
  removeNodeReply,
  type ConnectedNodesReply,
  type PairedNodesReply,
  type RemoveNodeReply,
} from './nodes.js';
export { DURABLE_PHASES, statusReply, type StatusReply } from './status.js';
export { logsQuery, logsReply, logsStatusReply, type LogsQuery, type LogsReply, type LogsStatusReply } from './logs.js';
export {
  HEALTH_PROOF_PREFIX,
  healthQuery,
  healthReply,
  httpErrorReply,
  readyReply,
  type HealthReply,
  type HttpErrorReply,
  type ReadyReply,
} from './health.js';
