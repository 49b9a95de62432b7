/**
 * What goes wrong, in the order in which people meet it, with the codes that tell of it and how to find out more. Each code
 * of the catalogue belongs to one of them. An exact code wins over a pattern.
 * @type {readonly Trouble[]}
 */
export const TROUBLES = [
  {
    title: 'Nothing works yet',
    codes: [
      'relay_unreachable',
      'not_running',
      'start_failed',
      'service_failed',
      'not_logged_in',
      'browser_not_found',
      'checks_failed',
      'invalid_configuration',
      'invalid_usage',
    ],
    look: ['otto doctor', 'otto status'],
    text: `\`otto doctor\` looks at all of it and names the command that mends what it finds. Two usual causes: \`OTTO_HOME\` or
\`OTTO_RELAY_PORT\` is set in one terminal and not in the other, so that there are two relays; and \`relayUrl\` in \`otto config\`
still names a relay of the past: without it, commands go to the relay of this machine, on whatever port it runs.

\`not_logged_in\` also comes where a controller is registered and its secret cannot be had from the keychain. One that is locked is
unlocked at the desktop, and \`otto client login\` asks it again; over ssh there is often nobody to unlock it, and
\`OTTO_CONTROLLER_CLIENT_SECRET\` gives the secret instead. Where \`OTTO_KEYCHAIN=0\` is set, the keychain is not asked at all: unset
it. On a machine without a desktop, set it before the controller is registered, and the secret goes to a file.`,
  },
  {
    title: 'The controller is not let in',
    codes: [
      'unauthenticated',
      'missing_access_token',
      'invalid_access_token',
      'missing_refresh_token',
      'invalid_refresh_token',
      'controller_revoked',
      'invalid_client_credentials',
      'role_mismatch',
      'node_mismatch',
      'too_many_attempts',
    ],
    look: ['otto client status', 'otto logs list --source relay --level warn'],
    text: `An access token lives for a quarter of an hour and is renewed by \`otto\` and by the SDK; a refresh token can be used
once, and its second use ends the login, since it may have been stolen. Two programs must therefore not share one set of
tokens: give each a client of its own. Who was in shows as \`auth_ack\` in the log; a login that was refused says why there, and the
peer itself is told less.`,
  },
  {
    title: 'The command is not allowed',
    codes: ['acl_missing_node_grant', 'forbidden_action', 'forbidden_scope', 'forbidden_role'],
    look: ['otto access list', 'otto client scopes clt_…', 'otto explain req_…'],
    text: `A command needs two things: a grant of the node's owner, and a scope of the relay's owner. Neither implies the other. The
default scopes leave out scripts in pages, downloads and everything that administers the relay.`,
  },
  {
    title: 'The node is not there',
    codes: [
      'node_offline',
      'node_disconnected',
      'node_not_found',
      'node_busy',
      'missing_target_node',
      'action_not_supported',
    ],
    look: ['otto status', 'otto node list', 'otto logs list --source node'],
    text: `\`node_offline\` means that no node of this id has a connection: it was not started, or is on its way back, which takes at
most two seconds after a restart of the relay and up to a quarter of a minute after a long outage. \`node_disconnected\` means that it went away while it had the
command: \`effect\` says whether something may have happened.`,
  },
  {
    title: 'It waits, or there is too much of it',
    codes: [
      'tab_busy',
      'tab_locked',
      'lock_not_owned',
      'tab_queue_overflow',
      'controller_queue_overflow',
      'queue_wait_timed_out',
      'rate_limited',
      'too_many_*',
    ],
    look: ['otto status', 'otto logs list --level warn'],
    text: `\`otto status\` shows which tab has how many commands waiting and who holds which lock. One tab does one thing at a time:
use several tabs for what need not wait, and fewer commands for what does. \`OTTO_TAB_QUEUE_LIMIT\`, \`OTTO_CONTROLLER_QUEUE_LIMIT\` and
\`OTTO_RATE_LIMIT_PER_MIN\` are for the owner of the relay; \`rate_limited\` says in \`retryAfterMs\` how long to wait.`,
  },
  {
    title: 'It took too long, or nobody knows how it ended',
    codes: [
      'command_timed_out',
      'client_timeout',
      'outcome_unknown',
      'command_cancelled',
      'relay_disconnected',
      'relay_shutting_down',
      'idempotency_key_reused',
      'journal_unavailable',
    ],
    look: ['otto explain req_…', 'otto logs list --request-id req_…'],
    text: `Every accepted command ends once, at the latest with its time. Look at \`effect\` before repeating: \`none\` is safe, after
\`unknown\` look at the page first. To repeat safely whatever happens, send a command with an idempotency key
(\`idempotencyKey\`): it runs once, and its outcome is told again for 24 hours.`,
  },
  {
    title: 'The page does not do what was asked',
    codes: [
      'unknown_tab_session',
      'missing_tab_session',
      'tab_closed',
      'tab_crashed',
      'navigation_failed',
      'element_*',
      'stale_element_ref',
      'wait_timed_out',
      'dialog_open',
      'no_dialog_open',
      'script_failed',
      'screenshot_too_large',
      'content_too_large',
      'download_*',
      'invalid_action_input',
    ],
    look: ['otto snapshot --tab-session tab_…', 'otto screenshot --tab-session tab_… -o page.png'],
    text: `Look at the page as the node sees it: it may show a banner, a login, or another language than yours. Refs are those of
the last snapshot. A tab is closed when its owner stays away: keep the connection, or say with \`session_detach\` that you come back.`,
  },
  {
    title: 'Commands for sites',
    codes: [
      'unknown_site',
      'unknown_command',
      'site_mismatch',
      'tab_url_not_ready',
      'missing_command_input',
      'missing_command_input_one_of',
      'invalid_command_input_type',
      'unexpected_command_input',
      'manual_login_required',
      'preload_host_mismatch',
    ],
    look: ['otto commands list --site'],
    text: 'See [site commands](site-commands.md) for how they are found, and how to write one.',
  },
  {
    title: 'Pairing, registration and access over HTTP',
    codes: [
      'pairing_*',
      'challenge_*',
      'client_not_found',
      'controller_name_conflict',
      'registration_forbidden',
      'nodeId_required',
      'invalid_nodeId',
      'code_required',
      'challengeId_required',
      'refreshToken_required',
      'controller_metadata_required',
      'client_credentials_required',
      'clientId_required',
      'clientId_and_grant_required',
      'invalid_expiresAt',
      'invalid_scopes',
    ],
    look: ['otto authcode', 'otto node list'],
    text: `A code lives for five minutes and works once. [The routes](http-api.md) tell the fields of each body. Controllers register
from the machine of the relay; from elsewhere only where its owner has allowed it.`,
  },
  {
    title: 'The log',
    codes: [
      'invalid_since',
      'invalid_level',
      'invalid_source',
      'invalid_latest',
      'log_unavailable',
      'invalid_logs_subscribe',
    ],
    look: ['otto logs status', 'otto status'],
    text: 'See [the operation log](operation-log.md) for its filters and its files.',
  },
  {
    title: 'Listeners',
    codes: ['listener_*', 'invalid_listener_update', 'missing_listener_target'],
    look: ['otto listener list'],
    text: `A subscription belongs to the session that made it, and ends with that session, with the node, or with the grant. See
[listeners](listeners.md).`,
  },
  {
    title: 'Behind a proxy, from a web page, or not at this address',
    codes: ['forbidden_host', 'forbidden_origin', 'not_found', 'body_too_large', 'unsupported_media_type'],
    look: ['otto status'],
    text: `The relay answers for \`localhost\` and IP addresses; other names are told to it by \`OTTO_ALLOWED_HOSTS\`, web pages by
\`OTTO_CONTROLLER_ORIGINS\`.`,
  },
  {
    title: 'For those who write a client or a node',
    codes: [
      'not_initialized',
      'already_initialized',
      'invalid_hello',
      'invalid_json',
      'invalid_envelope',
      'unsupported_protocol_version',
      'invalid_command',
      'missing_replay_nonce',
      'invalid_timestamp',
      'timestamp_out_of_window',
      'replay_rejected',
      'duplicate_request_id',
      'missing_target_request',
      'command_not_found',
      'command_owner_mismatch',
      'invalid_extension_log',
    ],
    look: ['otto logs list --source relay --level warn'],
    text: `The frame was not what [the protocol](../packages/shared-protocol/PROTOCOL.md) says. \`timestamp_out_of_window\` is mostly a clock
that is off: \`otto doctor\` compares it with the relay's.`,
  },
  {
    title: 'A bug of ours',
    codes: ['internal_error'],
    look: ['otto explain req_…', 'otto logs list --level error --since 1h'],
    text: 'The entry of the log has what is needed to mend it. Please report it with that.',
  },
];

/**
 * @typedef {object} Trouble
 * @property {string} title
 * @property {readonly string[]} codes of the catalogue; `x_*` are all that begin so and are named nowhere
 * @property {readonly string[]} look command lines that show more
 * @property {string} text
 */
