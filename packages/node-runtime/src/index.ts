export { OttoNode, type OttoNodeOptions } from './otto-node.js';
export { NodePairing, type NodePairingOptions, type PairingChallenge, type PairingHttp } from './node-pairing.js';
export { NodeTokens, type NodeTokenPair, type RefreshHttp } from './node-tokens.js';
export { UNWATCHED } from './unwatched.js';
export { CAPABILITIES } from './action-table.js';
export type { LogToHost, NodeLogEntry } from './node-log.js';
export type {
  BrowserDriver,
  CapturedResponse,
  ConsoleMessage,
  ContentKind,
  DownloadEnd,
  DriverDialog,
  DriverDownload,
  DriverPage,
  ElementTarget,
  InterceptOptions,
  InterceptWatcher,
  Interception,
  KeyValue,
  PageContent,
  PageInput,
  PageSnapshot,
  PageWatcher,
  PdfOptions,
  Screenshot,
  ScreenshotOptions,
  UploadedFile,
  WaitCondition,
  WaitUntil,
} from './ports.js';
