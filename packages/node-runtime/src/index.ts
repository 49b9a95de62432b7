export { OttoNode, type OttoNodeOptions } from './otto-node.js';
export { NodePairing, type NodePairingOptions, type PairingChallenge, type PairingHttp } from './node-pairing.js';
export { NodeTokens, type NodeTokenPair, type RefreshHttp } from './node-tokens.js';
export { CAPABILITIES } from './action-table.js';
export type { LogToHost, NodeLogEntry } from './node-log.js';
export type {
  BrowserDriver,
  ContentKind,
  DriverPage,
  KeyValue,
  Screenshot,
  ScreenshotOptions,
  WaitUntil,
} from './ports.js';
