export { PROTOCOL_VERSION, isCompatibleVersion } from './version.js';
export { CLOSE_CODES, mayReconnectAfter, type CloseCode, type CloseReason } from './close-codes.js';
export { ID_PREFIXES, NODE_ID_PATTERN, tabKey, type IdPrefix } from './ids.js';
export { RELAY_SCOPES, SCOPE_PATTERN, holdsScope, scopesAllow, type RelayScope } from './scopes.js';
export { DEFAULT_CONTROLLER_SCOPES } from './default-scopes.js';
export { ERRORS, errorRow, isErrorCode, type ErrorCategory, type ErrorCode, type ErrorRow } from './errors.js';
export {
  OttoError,
  isRetryable,
  type Effect,
  type ErrorContext,
  type ErrorPayload,
  type ForeignCode,
} from './otto-error.js';
export { RemoteError } from './remote-error.js';
export { parseIsoTime, toIsoTime } from './iso-time.js';
export { UTF8_BYTES_MAX, utf8Length } from './utf8-length.js';
export { isDeeperThan, isObject, type Json, type JsonObject } from './json.js';
export {
  MESSAGE_TYPES,
  ROLES,
  SENDER_ROLES,
  makeFrame,
  type Envelope,
  type MessageType,
  type OutgoingFrame,
  type Role,
  type SenderRole,
} from './envelope.js';
export { traceIdOf, type ExchangeIds } from './trace-context.js';
export { envelopeSchema } from './envelope-schema.js';
export { FrameError, UNKNOWN_REQUEST_ID, decodeFrame, encodeFrame } from './codec.js';
export {
  CAPABILITIES_MAX,
  helloAckPayload,
  helloPayload,
  type HelloAckPayload,
  type HelloPayload,
} from './frames/hello.js';
export {
  authAckPayload,
  authPayload,
  refreshAckPayload,
  refreshPayload,
  type AuthAckPayload,
  type AuthPayload,
  type RefreshAckPayload,
  type RefreshPayload,
} from './frames/auth.js';
export {
  CANCEL_REASON_UNATTENDED,
  WAIT_POLICIES,
  commandCancelPayload,
  commandPayload,
  type CommandCancelPayload,
  type CommandPayload,
  type WaitPolicy,
} from './frames/command.js';
export { commandStatusInput, type CommandStatus } from './frames/command-status.js';
export {
  COMMAND_OUTCOMES,
  errorPayload,
  resultPayload,
  type CommandOutcome,
  type ResultPayload,
} from './frames/outcome.js';
export {
  cancelAckEvent,
  commandDeadlineEvent,
  extensionLogEvent,
  listenerEndedEvent,
  listenerUpdateEvent,
  listenerUpdatesDroppedEvent,
  logEntriesDroppedEvent,
  logEvent,
  logsSubscribeEvent,
  queuedEvent,
  routedEvent,
  sessionDetachEvent,
  type CancelAckEvent,
  type ExtensionLogEvent,
  type ListenerEndedEvent,
  type ListenerUpdateEvent,
  type ListenerUpdatesDroppedEvent,
  type LogsSubscribeEvent,
  type QueuedEvent,
  type RoutedEvent,
  type SessionDetachEvent,
} from './frames/event.js';
export {
  lockConflictEvent,
  lockEvent,
  lockReleasedEvent,
  tabLockPayload,
  type LockConflictEvent,
  type LockEvent,
  type LockReleasedEvent,
  type TabLockPayload,
} from './frames/tab-lock.js';
export {
  LOG_LEVELS,
  LOG_SOURCES,
  LOG_TYPES,
  logEntrySchema,
  type LogEntry,
  type LogLevel,
  type LogSource,
  type RelayLogType,
} from './log-entry.js';
export {
  ACTIONS,
  actionDescriptor,
  isActionName,
  type ActionInput,
  type ActionName,
  type ActionOutput,
} from './actions/index.js';
export { WAIT_UNTIL } from './actions/tab.js';
export {
  CONSOLE_LEVELS,
  ELEMENT_STATES,
  LOAD_STATES,
  PDF_FORMATS,
  SCREENSHOT_FORMATS,
  SCREENSHOT_MODES,
} from './actions/page.js';
export { KEY_MODIFIERS, MOUSE_BUTTONS } from './actions/input.js';
export {
  AUTH_MODES,
  COMMAND_FIELD_TYPES,
  COMMAND_ORIGINS,
  siteCommandDescriptor,
  siteCommandProblem,
  type SiteCommandDescriptor,
  type SiteCommandProblem,
} from './actions/site-command.js';
export { siteCommandTimeoutMs } from './site-command-timeout.js';
export {
  INTERCEPT_FAULTS,
  INTERCEPT_MODES,
  LISTENER_DESCRIPTORS,
  httpInterceptOptions,
  httpInterceptUpdate,
  type HttpInterceptOptions,
  type HttpInterceptUpdate,
  type ListenerData,
  type ListenerName,
  type ListenerOptions,
} from './actions/listener.js';
export type { ActionDescriptor } from './actions/define-action.js';
export { schemaFields, type SchemaField } from './schema-fields.js';
