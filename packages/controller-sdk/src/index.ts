export {
  CONNECT_TIMEOUT_MS_DEFAULT,
  OttoClient,
  type ConnectOptions,
  type InputOf,
  type OutputOf,
} from './otto-client.js';
export type { NodeHandle, NodeTabs, OpenOptions } from './node-handle.js';
export type { CloseOptions, EvaluateOptions, ExtractOptions, NavigateOptions, SelectOptions, Tab } from './tab.js';
export type { TabActions } from './generated/tab-actions.js';
export type { PageActions } from './generated/page-actions.js';
export type { NodeCommandOptions, TabCommandOptions } from './run-action.js';
export {
  RESUME_MS_MAX,
  type ListenerUpdate,
  type ListenerUpdates,
  type SubscribeOptions,
} from './listener-subscription.js';
export type { FollowOptions } from './log-follow.js';
export { BUFFER_MAX_DEFAULT, type Missed, type UpdateOptions, type Updates } from './update-stream.js';
export type { FollowCommandOptions, ListCommandsOptions, RunCommandOptions, SiteCommands } from './site-commands.js';
export type { CommandStream, StreamOptions, StreamUpdate } from './command-stream.js';
export type { Screenshot, WithBytes } from './with-bytes.js';
export type { LockOptions, TabLease } from './tab-lease.js';
export type { CommandEvent, CommandResult } from './outcome.js';
export type { ClientStatus, StatusListener } from './client-status.js';
export type { CommandOptions } from './command.js';
export { ATTEMPTS_MAX_DEFAULT, type RetryPolicy } from './repeat-command.js';
export type { Credentials, TokenPair } from './client-tokens.js';
export { controllerHttpApi } from './controller-http-api.js';
export { HTTP_TIMEOUT_MS_DEFAULT, OttoHttpApi, type LogFilter, type OttoHttpApiOptions } from './http-api.js';
export type { Bearer } from './http-call.js';
export { relayUrls, type RelayUrls } from './relay-urls.js';
export { OttoError, RemoteError, siteCommandTimeoutMs } from '@telepat/otto-protocol';
export type {
  ActionInput,
  ActionName,
  ActionOutput,
  ErrorCategory,
  ErrorCode,
  HttpInterceptUpdate,
  ListenerData,
  ListenerName,
  ListenerOptions,
  LogEntry,
  SiteCommandDescriptor,
} from '@telepat/otto-protocol';

// The world that the SDK needs; of interest only to those who run it elsewhere than in Node or a browser.
export type { Fetch, FetchInit, FetchReply, Platform } from './platform/platform.js';
