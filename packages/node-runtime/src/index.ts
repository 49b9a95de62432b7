export { OttoNode, type OttoNodeOptions } from './otto-node.js';
export { NodePairing, type NodePairingOptions, type PairingChallenge, type PairingHttp } from './node-pairing.js';
export { NodeTokens, type NodeTokenPair } from './node-tokens.js';
export type { RenewalHttp } from './renewal-http.js';
export { PairedNode, type PairedNodeOptions } from './paired-node.js';
export { UNWATCHED } from './unwatched.js';
export { CAPABILITIES } from './action-table.js';
export { safeFileName } from './safe-file-name.js';
export { urlGlob } from './url-glob.js';
export { defineSiteCommand } from './site-commands/site-command.js';
export { SiteCommandError } from './site-commands/site-command-error.js';
export { READABLE_PAGE_METHODS, SITE_PAGE_METHODS } from './site-commands/site-page.js';
export { SiteCommandRegistry, type SiteCommandSource } from './site-commands/site-command-registry.js';
export type {
  CommandInput,
  LoginCheckContext,
  SiteCommand,
  SiteCommandContext,
  SiteCommandField,
  SiteLogin,
  SiteModule,
} from './site-commands/site-command.js';
export type { ReadableSitePage, SitePage, SiteTarget, SiteWait } from './site-commands/site-page.js';
export type { LogToHost, NodeLogEntry } from './node-log.js';
export type { NodeState } from './node-state.js';
export type {
  BrowserDriver,
  CapturedResponse,
  ComingPopup,
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
