export { DEFAULT_RELAY_CONFIG, type RelayConfig } from './config.js';
export type { Clock, Timer } from './ports/clock.js';
export type {
  CommandJournal,
  JournalKey,
  JournalRecord,
  JournalRef,
  NodeOutcome,
  StoredRecord,
} from './ports/command-journal.js';
export type { IdGenerator } from './ports/id-generator.js';
export type { ArchiveQuery, ArchiveStatus, Hangup, LogArchive } from './ports/log-archive.js';
export type { LineFacts, LogBatch, LogSink } from './ports/log-sink.js';
export type { Opening, Peer } from './ports/peer.js';
export type { RelayPorts } from './ports/ports.js';
export type { Secrets } from './ports/secrets.js';
export type {
  Change,
  Collection,
  ControllerClient,
  Grant,
  RefreshSession,
  SealedSecret,
  Storage,
  TabOwner,
} from './ports/storage.js';
export type { Claims, TokenSigner, VerifiedClaims } from './ports/token-signer.js';
export { identityKey, type Caller, type Identity, type Origin } from './access/identity.js';
export { Access } from './access/access.js';
export { grantId } from './access/grants.js';
export { LogBook } from './logs/log-book.js';
export type { LogEvent } from './logs/log-event.js';
export { entriesOf } from './logs/log-line.js';
export { redactData, redactText, redactWithin } from './logs/redact.js';
export { passes, type EntryFilter, type LogFilter } from './logs/log-query.js';
export type { LogChunk, LogReader, LogReading, LogStatus } from './logs/log-reading.js';
export { visibleTo, type PlainViewer, type Viewer } from './logs/visibility.js';
export { Relay, type RelayOptions, type RelayRecords, type RelayTables } from './relay.js';
export type { RelayStatus } from './status/relay-status.js';
export type { Connection } from './session/connection.js';
export type { NodeDetail } from './session/node-sessions.js';
