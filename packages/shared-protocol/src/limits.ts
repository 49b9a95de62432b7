/** Every string that the relay keeps (ids, keys, nonces, names) is at most this long, in characters. */
export const KEPT_STRING_LENGTH_MAX = 200;

/** JSON nested deeper than this is refused wherever a payload is walked. */
export const JSON_DEPTH_MAX = 64;

/** What a script or a site command gives is nested no deeper, so that it has room in a frame of that depth. */
export const VALUE_DEPTH_MAX = 60;

/** Largest frame after authentication, in bytes (`OTTO_MAX_FRAME_BYTES`). */
export const FRAME_BYTES_MAX = 16 * 1024 * 1024;

/** `OTTO_MAX_FRAME_BYTES` may not be less: a node that says hello names everything that it can do. */
export const FRAME_BYTES_MAX_LEAST = 4 * 1024;

/** Largest frame before authentication, in bytes. */
export const UNAUTHENTICATED_FRAME_BYTES_MAX = 64 * 1024;

/** What an unauthenticated socket may send in all, in bytes. */
export const UNAUTHENTICATED_TOTAL_BYTES_MAX = 256 * 1024;

/** Frames that may wait behind an `auth` whose token is being verified. */
export const PIPELINED_FRAMES_MAX = 64;

/** Malformed frames that an unauthenticated socket may send before it is closed. */
export const MALFORMED_FRAMES_MAX = 20;

/** Time to authenticate (`OTTO_AUTH_TIMEOUT_MS`). */
export const AUTH_TIMEOUT_MS = 15_000;

/** Bytes that may wait to be written to one socket (`OTTO_MAX_BUFFERED_BYTES`). */
export const BUFFERED_BYTES_MAX = 8 * 1024 * 1024;

/** How long a socket may stay over its write limit without taking a byte. */
export const STALLED_WRITE_MS_MAX = 30_000;

/** Budget of a command that names none. */
export const COMMAND_TIMEOUT_MS_DEFAULT = 30_000;

/** A smaller budget is raised to this. */
export const COMMAND_TIMEOUT_MS_MIN = 1_000;

/** A larger budget is lowered to this (`OTTO_MAX_COMMAND_TIMEOUT_MS`). */
export const COMMAND_TIMEOUT_MS_MAX = 600_000;

/** How long a tab stays occupied by a command that was told to stop. */
export const DRAIN_MS_MAX = 5_000;

/** Commands waiting in one tab (`OTTO_TAB_QUEUE_LIMIT`). */
export const TAB_QUEUE_LENGTH_MAX = 20;

/** Commands of one identity waiting over all tabs (`OTTO_CONTROLLER_QUEUE_LIMIT`). */
export const CONTROLLER_QUEUE_LENGTH_MAX = 100;

/** Bytes of one identity's commands waiting over all tabs. */
export const CONTROLLER_QUEUE_BYTES_MAX = 32 * 1024 * 1024;

/** Commands in flight, to whatever tabs: of one identity, and at one node. Those that wait are counted by queues. */
export const IN_FLIGHT_PER_IDENTITY_MAX = 1_024;
export const IN_FLIGHT_PER_NODE_MAX = 4_096;

/** Commands without a tab in flight: of one identity, and at one node. */
export const UNTABBED_PER_IDENTITY_MAX = 64;
export const UNTABBED_PER_NODE_MAX = 256;

/** Frames a minute of one identity, and the size of its burst (`OTTO_RATE_LIMIT_PER_MIN`). */
export const RATE_LIMIT_PER_MIN = 1_200;

/** How far a command's timestamp may be from the relay's clock (`OTTO_REPLAY_WINDOW_MS`). */
export const REPLAY_WINDOW_MS = 60_000;

/** Heartbeat check (`OTTO_CONTROLLER_HEARTBEAT_INTERVAL_MS`, `…_MISS_LIMIT`). */
export const HEARTBEAT_INTERVAL_MS = 8_000;
export const HEARTBEAT_MISS_LIMIT = 3;

/** Wait before the tabs of a controller that left are closed (`OTTO_ORPHAN_GRACE_MS`). */
export const ORPHAN_GRACE_MS = 2_000;

/** Longest time for which a detached controller may ask its tabs to be kept. */
export const KEEP_TABS_MS_MAX = 600_000;

/** How long a pairing challenge can be approved. */
export const PAIRING_TTL_MS = 300_000;

/** How long an approved or expired challenge is remembered. */
export const PAIRING_MEMORY_MS = 600_000;

/** Pending challenges: for one node, from one remote address, in all. */
export const PAIRINGS_PER_NODE_MAX = 5;
export const PAIRINGS_PER_ADDRESS_MAX = 20;
export const PAIRINGS_MAX = 100;

/** Controller clients that may be registered. */
export const CLIENTS_MAX = 10_000;

/** Scopes that one client may have. */
export const SCOPES_PER_CLIENT_MAX = 100;

/** What one answer lists at most: paired nodes, grants of each, clients, and rows of each list of the relay's status. */
export const NODES_LISTED_MAX = 1_000;
export const GRANTS_LISTED_MAX = 100;
export const CLIENTS_LISTED_MAX = 1_000;
export const STATUS_ROWS_MAX = 500;

/** Largest HTTP body, in bytes. */
export const HTTP_BODY_BYTES_MAX = 64 * 1024;

/** Entries that one `GET /api/logs` gives at most, and that the relay remembers in memory. */
export const LOG_ENTRIES_MAX = 10_000;

/** Largest log entry, in bytes. */
export const LOG_ENTRY_BYTES_MAX = 16 * 1024;

/** What is read of an HTTP answer at most, in bytes: of one that lists what a relay has, and of any other. */
export const HTTP_LIST_BYTES_MAX = LOG_ENTRIES_MAX * (LOG_ENTRY_BYTES_MAX + 1) + 1024;
export const HTTP_REPLY_BYTES_MAX = 1024 * 1024;

/** Sockets in all, and unauthenticated ones (`OTTO_MAX_SOCKETS`, `OTTO_MAX_UNAUTHENTICATED_SOCKETS`). */
export const SOCKETS_MAX = 10_000;
export const UNAUTHENTICATED_SOCKETS_MAX = 200;
export const UNAUTHENTICATED_SOCKETS_PER_REMOTE_ADDRESS_MAX = 256;

/** Tabs at one node: of one owner, and in all. */
export const TABS_PER_OWNER_MAX = 50;
export const TABS_PER_NODE_MAX = 200;

/** Pop-ups that a tab, together with its own pop-ups, may open within the period; more are closed as they come. */
export const POPUPS_IN_PERIOD_MAX = 20;
export const POPUPS_PERIOD_MS = 10_000;

/** When so many pop-ups of a page are refused within the period, the page is ended like one that crashed. */
export const POPUPS_REFUSED_MAX = 30;
export const POPUPS_REFUSED_PERIOD_MS = 30_000;

/** How long a pop-up may take until it shows a page; longer than a dialog, behind which it has to wait, may be open. */
export const POPUP_WAIT_MS_MAX = 40_000;

/** Lease of a tab lock: when none is named, and its bounds. */
export const LOCK_LEASE_MS_DEFAULT = 30_000;
export const LOCK_LEASE_MS_MIN = 50;
export const LOCK_LEASE_MS_MAX = 600_000;

/** Locks that one identity may hold. */
export const LOCKS_PER_IDENTITY_MAX = 1_000;

/** Listeners and stream sessions that one identity may have. */
export const LISTENERS_PER_IDENTITY_MAX = 1_000;

/** Listeners that one stream session may declare, and the size of each declaration as JSON. */
export const STREAM_LISTENERS_MAX = 32;
export const STREAM_LISTENER_LENGTH_MAX = 4 * 1024;

/** How long a durable command is on record, and how much of it one identity may have. */
export const DURABLE_KEEP_MS = 86_400_000;
export const DURABLE_PER_IDENTITY_MAX = 2_000;
export const DURABLE_BYTES_MAX = 32 * 1024 * 1024;

/** An outcome of more JSON than this is kept as its size alone. */
export const DURABLE_OUTCOME_BYTES_MAX = 64 * 1024;

/** How long a durable command waits for the journal, and for a node that is asked what became of it. */
export const JOURNAL_WAIT_MS_MAX = 2_000;
export const COMMAND_STATUS_WAIT_MS = 5_000;

/** Durable commands whose outcomes a node keeps, and how many characters these may have together. */
export const NODE_OUTCOMES_MAX = 256;
export const NODE_OUTCOMES_CHARS_MAX = 32 * 1024 * 1024;

/** Durable commands of which a node remembers that it got them. */
export const NODE_DURABLE_RECORDS_MAX = 10_000;

/** How long after a node came those who had opened tabs there have to come back. */
export const TAB_OWNER_CHECK_MS = 600_000;

/** Console messages and page errors that are kept of one tab, and the length of each. */
export const CONSOLE_MESSAGES_MAX = 1_000;
export const CONSOLE_TEXT_LENGTH_MAX = 4_000;

/** Downloads that are kept of one tab, the oldest giving way, and the size of each in bytes. */
export const DOWNLOADS_PER_TAB_MAX = 20;
export const DOWNLOAD_BYTES_MAX = 100 * 1024 * 1024;

/** Bytes of the downloads that one node keeps, of all tabs; what would go beyond it is cancelled. */
export const DOWNLOAD_BYTES_PER_NODE_MAX = 1024 * 1024 * 1024;

/** How long an action waits, when it is done, for the end of a download that it began. */
export const DOWNLOAD_WAIT_MS_MAX = 1_000;

/** Longest name of a download, in bytes of UTF-8, and longest address of one that is told, in characters. */
export const DOWNLOAD_NAME_BYTES_MAX = 200;
export const DOWNLOAD_URL_LENGTH_MAX = 2_000;

/** How long a dialog waits for its answer before it is dismissed. */
export const DIALOG_WAIT_MS_MAX = 30_000;

/** Dialogs of one tab that are held one after another while nothing else gets through; further ones are dismissed. */
export const DIALOGS_IN_A_ROW_MAX = 20;

/** Longest message of a dialog, and its default value, that is passed on, in characters. */
export const DIALOG_TEXT_LENGTH_MAX = 10_000;

/** Nodes of a snapshot when no number is named. */
export const SNAPSHOT_NODES_DEFAULT = 5_000;

/** Listeners at one node: of one tab, and in all. */
export const LISTENERS_PER_TAB_MAX = 20;
export const LISTENERS_PER_NODE_MAX = 1_000;

/** Longest body of an intercepted response unless more is asked for, in bytes. */
export const INTERCEPTED_BODY_BYTES_DEFAULT = 256_000;

/** Messages of site commands: what fails in one, and what one writes to the log, in characters. */
export const SITE_COMMAND_MESSAGE_LENGTH_MAX = 2_000;

/** How long a site command waits for an element to be ready, unless it says so itself. */
export const SITE_COMMAND_WAIT_MS_DEFAULT = 10_000;

/** A user's own site commands: files that are read, and the size of each in bytes. */
export const SITE_COMMAND_FILES_MAX = 500;
export const SITE_COMMAND_FILE_BYTES_MAX = 1024 * 1024;

/** Updates of one listener that wait until the answer to its subscribe is sent. */
export const LISTENER_UPDATES_HELD_MAX = 20;

/** Bytes that wait to be sent from a node; beyond it, updates of listeners are left out and counted. */
export const LISTENER_BUFFERED_BYTES_MAX = 8 * 1024 * 1024;

/** A longer address fits no glob: a page may make addresses of two million characters, as many as it likes. */
export const GLOB_URL_LENGTH_MAX = 16_384;
