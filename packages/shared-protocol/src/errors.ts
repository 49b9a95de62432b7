/**
 * Every code that Otto itself can emit: category, HTTP status where it has one, whether a retry can help,
 * what happened, and what to do next. Codes that a node or a site command made pass through the relay as they are.
 */
// One row a line, so that it reads as the table that it is.
// prettier-ignore
export const ERRORS = {
  // Session and authentication.
  not_initialized: row('validation', 'The first frame of a connection must be hello.', 'Send hello, then auth, then anything else.'),
  already_initialized: row('validation', 'This connection has said hello already.', 'Send hello once; open a new connection to start over.'),
  invalid_hello: row('validation', 'The hello frame is not well-formed.', 'Send payload { role: "controller" | "node", nodeId for a node }.'),
  unauthenticated: row('auth', 'This connection is not authenticated yet.', 'Send auth with an access token and wait for auth_ack.', { status: 401 }),
  missing_access_token: row('auth', 'No access token was given.', 'Send the token in auth.payload.accessToken, or as a bearer over HTTP.', { status: 401 }),
  invalid_access_token: row('auth', 'The access token was not accepted.', 'Refresh it with POST /api/auth/refresh, or log in again.', { status: 401, retry: true }),
  role_mismatch: row('auth', 'The role does not match this connection.', 'Use the role of the URL, of hello and of the token throughout.'),
  node_mismatch: row('auth', 'The token belongs to another node.', 'Use the token that this node got when it was paired.'),
  missing_refresh_token: row('auth', 'No refresh token was given.', 'Send it in refresh.payload.refreshToken.'),
  invalid_refresh_token: row('auth', 'The refresh token was not accepted: it is unknown, expired, revoked or was used before.', 'Log in again with the client secret, or pair the node again.', { status: 401 }),
  controller_revoked: row('auth', 'This controller was removed or its credential revoked.', 'Register and log in again, if the owner of the relay agrees.', { status: 401 }),
  forbidden_role: row('auth', 'This role may not do that.', 'Use a credential of the right kind: controller, node or operator.', { status: 403 }),
  forbidden_action: row('auth', 'The scopes of this controller do not cover the action.', 'Ask the owner of the relay to add the scope: otto client scopes clt_… shows and sets them.'),
  forbidden_scope: row('auth', 'A scope is missing for this.', 'Ask the owner of the relay to add the scope: otto client scopes clt_… shows and sets them.', { status: 403 }),
  acl_missing_node_grant: row('auth', 'The owner of this node has not granted this controller access, or no longer does.', 'Ask the owner of the node to run: otto access grant clt_…'),
  rate_limited: row('validation', 'Too many frames in a short time.', 'Wait for retryAfterMs, then send again.', { retry: true }),

  // Envelope and validation.
  invalid_json: row('validation', 'The text is not JSON.', 'Send one JSON object a frame or body, in UTF-8.', { status: 400 }),
  invalid_envelope: row('validation', 'The frame is not a valid Otto envelope.', 'See PROTOCOL.md for the fields of an envelope.'),
  unsupported_protocol_version: row('validation', 'This relay speaks Otto protocol 1.x.', 'Update the older side.'),
  invalid_command: row('validation', 'The command is not well-formed.', 'See PROTOCOL.md for the fields of a command.'),
  missing_target_node: row('validation', 'The command names no node.', 'Set payload.targetNodeId; otto status lists the nodes.'),
  missing_tab_session: row('validation', 'The frame names no tab.', 'Set payload.tabSessionId.'),
  missing_replay_nonce: row('validation', 'The command carries no replayNonce.', 'Set payload.replayNonce to a fresh random string.'),
  invalid_timestamp: row('validation', 'The timestamp of the command is not ISO-8601.', 'Set timestamp as in 2026-01-31T12:00:00.000Z.'),
  timestamp_out_of_window: row('validation', 'The timestamp is too far from the clock of the relay.', 'Correct the clock offset by relayTime and send again with a new nonce.'),
  replay_rejected: row('validation', 'This replayNonce was used before.', 'Use a fresh random nonce for every command.'),
  duplicate_request_id: row('validation', 'A command with this requestId is still live.', 'Choose a new requestId for every command.'),
  missing_target_request: row('validation', 'The cancel names no command.', 'Set payload.targetRequestId.'),
  invalid_listener_update: row('validation', 'The update of the listener is not well-formed.', 'Send event { type: "listener_update", data, updateType?, emittedAt? }.'),
  missing_listener_target: row('validation', 'The unsubscribe names no subscription.', 'Set targetRequestId in the input: the requestId of the subscribe.'),
  invalid_logs_subscribe: row('validation', 'The subscription to the log is not well-formed.', 'Send event { type: "logs_subscribe", source?: "relay" | "controller" | "node" | "all" }.'),
  invalid_extension_log: row('validation', 'The log entry of the node is not well-formed.', 'Send event { type: "extension_log", entry: { type, level?, … } }.'),

  // Routing.
  node_offline: row('routing', 'The node is not connected.', 'Start it (otto node start) and try again.', { retry: true }),
  node_busy: row('routing', 'The node does not take more data for now.', 'Wait a moment and try again.', { retry: true }),
  node_disconnected: row('routing', 'The node disconnected before it answered.', 'Wait until it is back; look at effect before you repeat.', { retry: true }),
  relay_shutting_down: row('routing', 'The relay is stopping.', 'Connect again when it is back; look at effect before you repeat.', { retry: true, status: 503 }),
  command_not_found: row('routing', 'No live command has this requestId.', 'It may have ended already; look it up in the log.'),
  listener_not_found: row('routing', 'No listener has this requestId.', 'It may have ended already; subscribe again.'),
  listener_owner_mismatch: row('routing', 'The listener belongs to another session.', 'Only the session that subscribed can end it.'),
  listener_node_mismatch: row('routing', 'The listener belongs to another node.', 'Use the node that the subscribe was sent to.'),
  command_owner_mismatch: row('routing', 'The command belongs to another controller.', 'Only the controller that sent a command can cancel it.'),

  // Queue and time.
  tab_busy: row('lock_conflict', 'Another command runs in this tab.', 'Try again, or send waitPolicy "wait_with_timeout" to queue.', { retry: true }),
  tab_locked: row('lock_conflict', 'Another controller holds the lock of this tab.', 'Wait for its release, or send waitPolicy "wait_with_timeout" to queue.', { retry: true }),
  lock_not_owned: row('lock_conflict', 'Another controller holds the lock of this tab.', 'Only the holder can release a lock; it ends with its lease or its holder.'),
  tab_queue_overflow: row('lock_conflict', 'The queue of this tab is full.', 'Wait until some of its commands are done.', { retry: true }),
  controller_queue_overflow: row('lock_conflict', 'This controller has too much waiting in queues.', 'Wait until some of its commands are done.', { retry: true }),
  queue_wait_timed_out: row('timeout', 'The time of the command ran out while it waited for its tab.', 'Try again with a larger timeoutMs, or when the tab is free.', { retry: true }),
  command_timed_out: row('timeout', 'The node did not answer within the time of the command.', 'Look at effect before you repeat; allow more timeoutMs for slow pages.', { retry: true }),
  command_cancelled: row('execution', 'The command was cancelled.', 'Send it again if it is still wanted; look at effect first.', { retry: true }),
  outcome_unknown: row('timeout', 'The command reached its node, and nobody knows how it ended.', 'Ask again with the same key: when the node is back, that may tell how it ended. A new key does the work again, so look at the page first.'),
  idempotency_key_reused: row('validation', 'This idempotencyKey was used for something else.', 'Use a new key for every new command.'),
  journal_unavailable: row('internal', 'The relay could not note the command on its disk, so it did not send it.', 'Make room on the disk of the relay, then send it again.', { retry: true }),
  too_many_commands: row('validation', 'Too many commands are in flight.', 'Wait until some of them are done.', { retry: true }),
  too_many_listeners: row('validation', 'This controller has as many listeners as it may.', 'Unsubscribe some.', { retry: true }),
  too_many_locks: row('validation', 'This controller holds as many locks as it may.', 'Release some, or let their leases end.', { retry: true }),
  too_many_tabs: row('validation', 'Too many tabs are open at this node.', 'Close some with primitive.tab.close.', { retry: true }),
  too_many_sockets: row('validation', 'The relay has as many connections as it allows.', 'Close some, or raise OTTO_MAX_SOCKETS.', { retry: true, status: 503 }),

  // HTTP only.
  not_found: row('validation', 'There is nothing at this address.', 'See the list of routes in the documentation.', { status: 404 }),
  body_too_large: row('validation', 'The body is larger than 64 KiB.', 'Send less.', { status: 413 }),
  unsupported_media_type: row('validation', 'Bodies must be JSON.', 'Send content-type: application/json.', { status: 415 }),
  forbidden_host: row('auth', 'The Host header names a host that this relay does not answer for.', 'Use localhost or an IP address, or add the name to OTTO_ALLOWED_HOSTS.', { status: 403 }),
  forbidden_origin: row('auth', 'This origin may not talk to the relay.', 'Add it to OTTO_CONTROLLER_ORIGINS, or for an extension to OTTO_EXTENSION_ORIGIN.', { status: 403 }),
  nodeId_required: row('validation', 'nodeId is missing.', 'Send { "nodeId": "…" }.', { status: 400 }),
  invalid_nodeId: row('validation', 'nodeId must be 1 to 128 of A-Z a-z 0-9 . _ : -', 'Choose such a name.', { status: 400 }),
  code_required: row('validation', 'code is missing.', 'Send { "code": "NNN-NNN" } as the node shows it.', { status: 400 }),
  challengeId_required: row('validation', 'challengeId is missing.', 'Send ?challengeId=… as POST /api/pairing/request gave it.', { status: 400 }),
  refreshToken_required: row('validation', 'refreshToken is missing.', 'Send { "refreshToken": "rt_…" }.', { status: 400 }),
  controller_metadata_required: row('validation', 'name and description are required.', 'Send { "name": "…", "description": "…" }.', { status: 400 }),
  client_credentials_required: row('validation', 'clientId and clientSecret are required.', 'Send { "clientId": "clt_…", "clientSecret": "cs_…" }.', { status: 400 }),
  clientId_required: row('validation', 'clientId is missing.', 'Send { "clientId": "clt_…" }.', { status: 400 }),
  clientId_and_grant_required: row('validation', 'clientId and grant are required.', 'Send { "clientId": "clt_…", "grant": true | false }.', { status: 400 }),
  invalid_expiresAt: row('validation', 'expiresAt must be a time to come, in epoch milliseconds.', 'Send such a number, or leave it out.', { status: 400 }),
  invalid_since: row('validation', 'since must be a time in ISO-8601.', 'Send for instance since=2026-01-31T12:00:00Z.', { status: 400 }),
  invalid_level: row('validation', 'level must be debug, info, warn or error.', 'Send one of these.', { status: 400 }),
  invalid_source: row('validation', 'source must be relay, controller, node or all.', 'Send one of these.', { status: 400 }),
  invalid_latest: row('validation', 'latest must be a positive integer.', 'Send for instance latest=50.', { status: 400 }),
  node_not_found: row('validation', 'No node of this id is paired or connected.', 'See otto node list.', { status: 404 }),
  invalid_scopes: row('validation', 'scopes must be a list of at most 100 names of actions, prefixes with .*, or scopes of the relay.', 'Send for instance { "scopes": ["primitive.tab.*", "logs.read"] }.', { status: 400 }),
  pairing_not_found: row('validation', 'No pairing has this code.', 'Run otto authcode to see the pending codes.', { status: 404 }),
  challenge_not_found: row('validation', 'No pairing has this challengeId, or it was forgotten.', 'Ask for a new one with POST /api/pairing/request.', { status: 404 }),
  client_not_found: row('validation', 'No controller client has this id.', 'Check the clientId: otto client status.', { status: 404 }),
  pairing_not_pending: row('validation', 'This pairing was approved already, or it expired.', 'Ask for a new code at the node.', { status: 409 }),
  controller_name_conflict: row('validation', 'A controller with this name is registered already.', 'Choose another name, or remove the old one.', { status: 409 }),
  registration_forbidden: row('auth', 'Controllers cannot be registered from here.', 'Register from the machine of the relay, or present the registration secret.', { status: 403 }),
  invalid_client_credentials: row('auth', 'The client id or its secret is wrong.', 'Check both; register anew if the secret is lost.', { status: 401 }),
  too_many_pairings: row('validation', 'Too many pairings are pending.', 'Wait until they expire: five minutes at the most.', { status: 429 }),
  too_many_attempts: row('auth', 'Too many wrong attempts.', 'Wait a minute.', { status: 429 }),
  too_many_registrations: row('validation', 'Too many controllers were registered.', 'Wait a minute, or remove some.', { status: 429 }),
  too_many_queries: row('validation', 'The log is being read for this caller already, or for as many others as it may.', 'Wait until a query has ended, then ask again.', { retry: true, status: 429 }),
  log_unavailable: row('internal', 'The log could not be read.', 'Ask again; if that does not help, look at the disk and the rights of the log folder.', { retry: true, status: 503 }),

  // Node execution.
  unknown_tab_session: row('execution', 'The node has no tab of this name for you.', 'Open one with primitive.tab.open; primitive.tab.query lists yours.'),
  navigation_failed: row('execution', 'The page could not be loaded.', 'Check the address and the network of the node.', { retry: true }),
  element_not_found: row('execution', 'Nothing in the page matches the selector.', 'Check the selector, or wait until the page has it.', { retry: true }),
  element_not_actionable: row('execution', 'The element was found, but it could not be acted on.', 'The message says what is in the way; wait for it, or choose another element.', { retry: true }),
  stale_element_ref: row('execution', 'The ref belongs to an older snapshot, or its element is gone.', 'Take a new snapshot with primitive.page.snapshot and use its refs.', { retry: true }),
  wait_timed_out: row('execution', 'What was waited for did not come.', 'Look at the page, and allow more timeoutMs if it is slow.', { retry: true }),
  dialog_open: row('execution', 'A dialog of the page is open and stops everything else in the tab.', 'Answer it with primitive.page.dialog.', { retry: true }),
  no_dialog_open: row('execution', 'No dialog is open in this tab.', 'Somebody may have answered it; after 30 seconds the node dismisses it.'),
  download_not_found: row('execution', 'The tab has no download of this id.', 'Use a downloadId of data.downloads of an action of this tab; the oldest downloads give way to new ones.'),
  download_failed: row('execution', 'The download did not come to its end.', 'The message says why; start it again in the page.'),
  tab_closed: row('execution', 'The tab was closed.', 'Open a new one with primitive.tab.open.'),
  tab_crashed: row('execution', 'The page crashed.', 'Navigate again, or open a new tab.', { retry: true }),
  script_failed: row('execution', 'A script in the page failed.', 'Look at the message; the page may replace built-in functions.'),
  screenshot_too_large: row('execution', 'The screenshot does not fit, even when shrunk.', 'Raise maxBytes, or use format "jpeg".'),
  content_too_large: row('execution', 'The answer does not fit into one frame.', 'Ask for less: give a selector, or a smaller maxChars.'),
  unknown_site: row('execution', 'The node has no commands for this site.', 'See the sites and commands of the node: otto commands list --site (command.list).'),
  unknown_command: row('execution', 'The site has no command of this name.', 'See the commands of the site: otto commands list --site (command.list).'),
  tab_url_not_ready: row('execution', 'The tab has not arrived at a page yet.', 'Wait until it has loaded, for instance with primitive.page.wait_for.', { retry: true }),
  site_mismatch: row('execution', 'The tab is at another site.', 'Navigate the tab to the site first, or leave out the tab.'),
  missing_command_input: row('validation', 'A field that the command needs is missing.', 'See the fields of each command: otto commands list --site (command.list).'),
  missing_command_input_one_of: row('validation', 'The command needs at least one of several fields.', 'Give one of the fields that the message names.'),
  invalid_command_input_type: row('validation', 'A field of the command has the wrong type.', 'Give it as the type that the message names; nothing is converted.'),
  unexpected_command_input: row('validation', 'The command does not know a field of its input.', 'Leave it out; command.list names the fields of each command.'),
  manual_login_required: row('execution', 'Somebody must log in at the site in this browser first.', 'Log in by hand in the browser of the node, then run the command again.'),
  preload_host_mismatch: row('execution', 'The tab did not arrive at the host that the command needs.', 'Open that host in the tab by hand and see where the site sends it.'),
  action_not_supported: row('execution', 'This node cannot do this action.', 'See what actions there are (otto commands list), and what each node can do (otto status --nodes).'),
  invalid_action_input: row('validation', 'The input of the action is not well-formed.', 'See the action in the documentation of actions.'),

  // Made by the SDK when no frame could arrive.
  relay_unreachable: row('routing', 'The relay could not be reached.', 'Start it with otto start, or check the relay URL.', { retry: true }),
  relay_disconnected: row('routing', 'The connection to the relay was lost before the answer came.', 'Connect again; look at effect before you repeat.', { retry: true }),
  client_timeout: row('timeout', 'No answer came within the time of the client.', 'Check the relay; look at effect before you repeat.', { retry: true }),

  // Made by the command line.
  not_running: row('routing', 'The relay is not running.', 'Start it with otto start.'),
  start_failed: row('internal', 'The relay did not start.', 'The message says why; the end of its log helps.'),
  service_failed: row('internal', 'The relay could not be made a service of this system, or be taken away as one.', 'The message holds what the system said; otto start runs the relay without a service.'),
  checks_failed: row('execution', 'Not everything is as it must be.', 'Do what is said beside each check that failed; otto doctor --fix does some of it.'),
  invalid_usage: row('validation', 'The command line is not well-formed.', 'See otto --help.'),
  invalid_configuration: row('validation', 'The configuration is not valid.', 'Correct the variable or file that the message names.'),
  not_logged_in: row('auth', 'No controller is logged in here.', 'Run otto setup: it registers this machine and logs it in.'),
  browser_not_found: row('execution', 'No browser was found.', 'Install Chrome, Chromium or Edge, or set OTTO_BROWSER to its path.'),

  internal_error: row('internal', 'Otto met a bug of its own.', 'Look up the requestId in the log, and please report it.', { status: 500 }),
} as const satisfies Record<string, ErrorRow>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERRORS;
/** What kind of fault a code is. */
export type ErrorCategory = 'auth' | 'validation' | 'routing' | 'execution' | 'timeout' | 'lock_conflict' | 'internal';

/** Whether a text is a code of the catalogue. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}

/** One row of the catalogue. A code that is not in it has the row of `internal_error`: a fault with no better name. */
export function errorRow(code: string): ErrorRow {
  return isErrorCode(code) ? ERRORS[code] : ERRORS.internal_error;
}

function row(
  category: ErrorCategory,
  message: string,
  hint: string,
  facts: { status?: number; retry?: boolean } = {},
): ErrorRow {
  return { category, message, hint, status: facts.status ?? 400, canRetry: facts.retry ?? false };
}

export interface ErrorRow {
  readonly category: ErrorCategory;
  /** HTTP status of the answer, where the error leaves over HTTP. */
  readonly status: number;
  /** The catalogue's ↻: a retry can help when a repeat is safe (PROTOCOL.md, "Effects and retries"). */
  readonly canRetry: boolean;
  /** One sentence: what happened. */
  readonly message: string;
  /** One sentence: what to do next. */
  readonly hint: string;
}
