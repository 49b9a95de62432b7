/**
 * Deliberate breakages of bounds, of checks at the door, of what is told to whom, and of durable commands.
 *
 * @type {readonly import('./mutations.mjs').Mutation[]}
 */
export const MUTATIONS_OF_BOUNDS = [
  {
    name: 'a nonce is forgotten before its timestamp leaves the window',
    file: 'session/replay-guard.ts',
    search: 'const keptUntil = sentAt + this.#windowMs;',
    replace: 'const keptUntil = sentAt + this.#windowMs / 50;',
  },
  {
    name: 'a bucket is full again after a reconnect',
    file: 'session/identity-ledgers.ts',
    search: 'if (known !== undefined) {',
    replace: 'if (known !== undefined && known.sessions.size > 0) {',
  },
  {
    name: 'a frame is let in one token early',
    file: 'session/token-bucket.ts',
    search: 'if (this.#fill >= TOKEN) {',
    replace: 'if (this.#fill > 0) {',
  },
  {
    name: 'one listener more than an identity may have',
    file: 'session/identity-ledger.ts',
    search: 'return this.listenerCount + this.subscribingCount < LISTENERS_PER_IDENTITY_MAX;',
    replace: 'return this.listenerCount + this.subscribingCount <= LISTENERS_PER_IDENTITY_MAX;',
  },
  {
    name: 'subscribes on their way have no place yet',
    file: 'session/identity-ledger.ts',
    search: 'return this.listenerCount + this.subscribingCount < LISTENERS_PER_IDENTITY_MAX;',
    replace: 'return this.listenerCount < LISTENERS_PER_IDENTITY_MAX;',
  },
  {
    name: 'one lock more than an identity may hold',
    file: 'frames/tab-lock.ts',
    search: 'if (session.ledger.lockCount >= LOCKS_PER_IDENTITY_MAX)',
    replace: 'if (session.ledger.lockCount > LOCKS_PER_IDENTITY_MAX)',
  },
  {
    name: 'one command without a tab more than an identity may have in flight',
    file: 'session/controller-commands.ts',
    search: 'ledger.untabbedCount < UNTABBED_PER_IDENTITY_MAX;',
    replace: 'ledger.untabbedCount <= UNTABBED_PER_IDENTITY_MAX;',
  },
  {
    name: 'one command without a tab more than a node may have in flight',
    file: 'node/flights.ts',
    search: 'this.#untabbedCount >= UNTABBED_PER_NODE_MAX)',
    replace: 'this.#untabbedCount > UNTABBED_PER_NODE_MAX)',
  },
  {
    name: 'one durable command more than may be on record',
    file: 'durable/durable-index.ts',
    search: 'if (count < DURABLE_PER_IDENTITY_MAX &&',
    replace: 'if (count <= DURABLE_PER_IDENTITY_MAX &&',
  },
  {
    name: 'records that nobody waits for any more take no room',
    file: 'durable/routing-recorder.ts',
    search: 'return this.#strays.get(identity)?.size ?? 0;',
    replace: 'return identity.length * 0;',
  },
  {
    name: 'one command more of a client waits than may',
    file: 'session/identity-ledger.ts',
    search: 'return this.queuedCount < countMax &&',
    replace: 'return this.queuedCount <= countMax &&',
  },
  {
    name: 'a slow reader gets every update',
    file: 'session/listeners.ts',
    search: 'if (session.bufferedBytes() > this.#options.bufferedBytesMax) {',
    replace: 'if (session.bufferedBytes() < 0) {',
  },
  {
    name: 'a slow reader gets the whole log',
    file: 'session/live-log.ts',
    search: 'if (this.#session.bufferedBytes() > this.#bufferedBytesMax) {',
    replace: 'if (this.#session.bufferedBytes() < 0) {',
  },
  {
    name: 'what was left out is counted wrong',
    file: 'session/listeners.ts',
    search: 'listener.droppedCount += 1;',
    replace: 'listener.droppedCount = 1;',
  },
  {
    name: "a node's entry about a command is nobody's",
    file: 'frames/event.ts',
    search: 'const owner = command?.owner.logIds() ?? ownerOf(entry.requestId, nodeId, rooms);',
    replace: 'const owner = {};',
  },
  {
    name: 'a controller names the client that it acts for',
    file: 'frames/command-order.ts',
    search: 'const own = hasRelayKey(input) ? withoutRelayKeys(input) : input;',
    replace: 'const own = input;',
  },
  {
    name: 'an id that lives is given away again',
    file: 'frames/command.ts',
    search: "throw new OttoError('duplicate_request_id', { effect: 'none', nodeId });",
    replace: 'return;',
  },
  {
    name: 'the grant is not asked for at the door',
    file: 'frames/command.ts',
    search: 'if (rooms.access.grants.allows(identity, nodeId)) return;',
    replace: 'if (nodeId.length > 0) return;',
  },
  {
    name: 'the scope is not asked for at the door',
    file: 'frames/command.ts',
    search: 'scopesAllow(session.identity.scopes, action)) return;',
    replace: 'action.length > 0) return;',
  },
  {
    name: 'a repeat is called safe when nobody knows',
    file: '../../shared-protocol/src/otto-error.ts',
    search: "return facts.effect === 'none' || facts.readOnly === true || facts.durable === true;",
    replace: 'return true;',
  },
  {
    name: 'a node that says nothing of a durable command counts as one that never got it',
    file: 'durable/status-inquiry.ts',
    search: "return code === 'command_timed_out' ? { status: 'unknown' }",
    replace: "return code === 'command_timed_out' ? { status: 'never_received' }",
  },
  {
    name: 'one who joined a durable command hears nothing of its end',
    file: 'durable/waiting-submissions.ts',
    search: 'for (const submission of [...entry.submissions]) {\n      const isOriginal',
    replace: 'for (const submission of [...entry.submissions].slice(0, 1)) {\n      const isOriginal',
  },
  {
    name: 'the first who leaves takes a durable command with it',
    file: 'durable/departures.ts',
    search: "if (entry.submissions.size === 1 && state.phase === 'running') {",
    replace: "if (entry.submissions.size > 0 && state.phase === 'running') {",
  },
  {
    name: 'a key may stand for something else',
    file: 'durable/durable-commands.ts',
    search: 'else if (entry.hash !== order.durable?.hash) {',
    replace: 'else if (entry.hash === order.requestId) {',
  },
  {
    name: 'what was about to leave is forgotten over a crash',
    file: 'durable/durable-index.ts',
    search: "this.add(new DurableEntry(record, { phase: 'unknown' }));",
    replace: '',
  },
  {
    name: 'an outcome on record is not given again',
    file: 'durable/recall.ts',
    search: 'this.#journal.read(ref).then(give, lost);',
    replace: 'lost();',
  },
  {
    name: 'a durable command leaves although the disk has refused',
    file: 'durable/durable-runs.ts',
    search: "failed: () => failed('journal_unavailable'),",
    replace: 'failed: ready,',
  },
  {
    name: 'a durable command waits for the disk for ever',
    file: 'durable/routing-recorder.ts',
    search: 'this.abandon(entry);\n      then.failed();',
    replace: 'this.abandon(entry);',
  },
];
