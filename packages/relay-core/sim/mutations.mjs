/**
 * Deliberate breakages of the core: a text in one of its files and what stands there instead. Each must be caught; a
 * text that is no longer there says so loudly, and its row is brought up to date.
 *
 * @type {readonly Mutation[]}
 */
export const MUTATIONS = [
  {
    name: 'a terminal frame is sent twice',
    file: 'session/controller-commands.ts',
    search: 'this.#session.send(bytes);',
    replace: 'this.#session.send(bytes); this.#session.send(bytes);',
  },
  {
    name: 'a lock is not checked',
    file: 'node/turns.ts',
    search: 'return holder !== undefined && !owner.isHolder(holder);',
    replace: 'return holder === owner;',
  },
  {
    name: 'a lock does not go first',
    file: 'node/lane.ts',
    search: 'holder === undefined ? this.#waiting.first : this.#byHolder?.get(holder)?.first;',
    replace: 'holder === undefined ? this.#waiting.first : this.#waiting.first;',
  },
  {
    name: 'the queue is overtaken',
    file: 'node/lane.ts',
    search: 'const next = holder === undefined ? this.#waiting.first :',
    replace: 'const next = holder === undefined ? [...this.#byHolder.values()].at(-1)?.first :',
  },
  {
    name: 'a tab runs two commands',
    file: 'node/lane.ts',
    search: 'if (this.running !== undefined) return true;',
    replace: '',
  },
  {
    name: 'the owner of a command is not compared on cancel',
    file: 'session/controller-commands.ts',
    search: 'return other === this.#session || (!this.#session.isOpen && other.ledger === this.#session.ledger);',
    replace: 'return other !== undefined;',
  },
  {
    name: 'the deadline of a durable submission is not cancelled',
    file: 'durable/submission.ts',
    search: 'this.deadline?.cancel();',
    replace: '',
  },
  {
    name: 'draining is skipped',
    file: 'node/node-channel.ts',
    search: 'if (command.isSent) this.#stop(command);\n    else this.#release(command);',
    replace: 'if (command.isSent) this.#stop(command);\n    this.#release(command);',
  },
  {
    name: 'the grant is not looked at again when a command leaves the queue',
    file: 'session/controller-commands.ts',
    search: 'if (!access.grants.allows(identity, command.order.nodeId)) {',
    replace: 'if (identity.role === "node") {',
  },
  {
    name: 'a refused command stalls the rest of its tab',
    file: 'node/node-channel.ts',
    search: 'if (this.#commands.delete(next.requestId)) next.owner.released(next);',
    replace: 'if (this.#commands.delete(next.requestId)) next.owner.released(next);\n      return;',
  },
  {
    name: 'a listener update goes to another session of the same client',
    file: 'session/listeners.ts',
    search: 'deliver(listener: Listener, bytes: Uint8Array): void {\n    const { session, tally } = listener;',
    replace:
      'deliver(listener: Listener, bytes: Uint8Array): void {\n    const { tally } = listener;\n    const session = [...listener.session.ledger.sessions].at(-1) ?? listener.session;',
  },
  {
    name: 'any node may send updates of a listener',
    file: 'session/per-node-table.ts',
    search: 'return this.#byNode.get(nodeId)?.get(requestId);',
    replace:
      'return [...this.#byNode.values()].map((items) => items.get(requestId)).find((item) => item !== undefined || nodeId === requestId);',
  },
  {
    name: 'the late close of a replaced socket ends the node',
    file: 'session/node-sessions.ts',
    search: 'if (this.#sessions.get(nodeId) !== session) return;\n    this.#sessions.delete(nodeId);',
    replace: 'this.#sessions.delete(nodeId);',
  },
  {
    name: 'an orphan timer is not cancelled on return',
    file: 'session/orphan-tabs.ts',
    search: 'returned(ledger: IdentityLedger): void {\n    this.#stopWaiting(ledger.key);',
    replace: 'returned(ledger: IdentityLedger): void {',
  },
  {
    name: 'a nonce is not remembered',
    file: 'session/replay-guard.ts',
    search: 'this.#keptUntil.set(nonce, keptUntil);',
    replace: '',
  },
  {
    name: "another node's result is accepted",
    file: 'frames/outcome.ts',
    search: 'rooms.nodes.get(nodeId) : undefined;\n  if (channel?.link !== session) {',
    replace:
      '(rooms.nodes.findCommands(frame.requestId)[0]?.channel ?? rooms.nodes.get(nodeId)) : undefined;\n  if (channel === undefined) {',
  },
  {
    name: 'a durable command of unknown outcome is sent again',
    file: 'durable/durable-commands.ts',
    search: 'if (entry === undefined) {\n      this.#runs.begin(',
    replace: "if (entry === undefined || entry.state.phase === 'unknown') {\n      this.#runs.begin(",
  },
  {
    name: 'a durable command leaves before it is on disk',
    file: 'node/turns.ts',
    search: 'if (command.order.durable === undefined) {',
    replace: 'if (command.order.action !== undefined) {',
  },
  {
    name: 'a durable outcome is delivered before it is on disk',
    file: 'durable/outcome-recorder.ts',
    search: 'this.#append(entry, stored, deliverOnce);',
    replace: 'deliverOnce(); this.#append(entry, stored, () => undefined);',
  },
  {
    name: 'locks outlive their session',
    file: 'session/session-life.ts',
    search: 'for (const lock of [...session.locks]) locks.release(lock);',
    replace: '',
  },
  {
    name: 'a node is told to stop each time that it is asked',
    file: 'node/node-channel.ts',
    search: 'if (command.draining !== undefined) return;',
    replace: 'command.draining?.cancel();',
  },
  {
    name: 'what waits outlives its session',
    file: 'session/session-life.ts',
    search: 'if (command.isSent) continue;',
    replace: 'if (command.requestId !== undefined) continue;',
  },
  {
    name: 'a node goes on with the subscriptions of a session that left',
    file: 'session/subscriptions.ts',
    search: 'this.listeners.end(listener, { tellsNode: true });\n  }',
    replace: 'this.listeners.end(listener, { tellsNode: false });\n  }',
  },
  {
    name: 'subscriptions survive a take-over by nobody knows whom',
    file: 'session/node-sessions.ts',
    search: 'return older.instanceId !== undefined && older.instanceId === newer.instanceId;',
    replace: 'return older.instanceId === newer.instanceId;',
  },
  {
    name: 'a withdrawn grant leaves what runs on it',
    file: 'session/revocations.ts',
    search: "for (const command of ledger.commands.ofNode(nodeId)) this.#end(command, 'acl_missing_node_grant');",
    replace: '',
  },
  {
    name: 'a silent peer is kept',
    file: 'session/heartbeat.ts',
    search: 'this.#arm(this.#silenceMsMax);',
    replace: '',
  },
  {
    name: 'the log shows everybody everything',
    file: 'logs/visibility.ts',
    search: 'if (viewer.seesAll) return true;',
    replace: 'if (viewer.seesAll || entry.type !== undefined) return true;',
  },
  {
    name: 'an unknown effect is called none',
    file: 'node/pending-command.ts',
    search: "return this.isSent ? 'unknown' : 'none';",
    replace: "return this.isSent && this.isSettled ? 'none' : 'none';",
  },
  {
    name: 'what a slow reader missed is not told',
    file: 'session/session.ts',
    search: 'if (this.#isOpen) for (const waiter of waiters) waiter();',
    replace: 'if (!this.#isOpen) for (const waiter of waiters) waiter();',
  },
  {
    name: 'the rate limit is not charged',
    file: 'session/token-bucket.ts',
    search: 'this.#fill -= TOKEN;',
    replace: '',
  },
  {
    name: 'one more waits in a tab than may',
    file: 'node/node-channel.ts',
    search: 'if (lane.depth >= this.#bounds.tabQueueLimit)',
    replace: 'if (lane.depth > this.#bounds.tabQueueLimit)',
  },
  {
    name: 'a queue place is not given back',
    file: 'session/controller-commands.ts',
    search: 'this.#session.ledger.queuedCount -= 1;',
    replace: '',
  },
  {
    name: 'a durable command has the locks of its first session alone',
    file: 'durable/durable-run.ts',
    search: 'return this.#holders.has(holder);',
    replace: 'return holder === this.#first.owner;',
  },
  {
    name: "who joins a waiting durable command is not among those whose lock counts in the tab's queue",
    file: 'durable/durable-run.ts',
    search: 'this.channel.laneOf(this.#carrier)?.join(this.#carrier, owner);',
    replace: '',
  },
  {
    name: 'who joins a durable command does not hear where it stands',
    file: 'durable/durable-runs.ts',
    search: 'if (carrier.isSent) this.acknowledge(submission, routedEvent(submission));',
    replace: '',
  },
  {
    name: 'what a node ran before the relay started goes on when nobody is left',
    file: 'durable/departures.ts',
    search: 'else if (isAtNode(entry)) graces.begin(entry, submission);',
    replace: "else if (state.phase === 'running') graces.begin(entry, submission);",
  },
  {
    name: 'a tab that a durable command opened is not on record',
    file: 'durable/durable-outcomes.ts',
    search: 'tabOwners.note(identity, { nodeId, action: actionOf(entry, outcome) }, outcome);',
    replace: 'tabOwners.size < 0;',
  },
  {
    name: 'a durable test opens a stream for everybody who waits',
    file: 'durable/durable-commands.ts',
    search: "if (order.action !== 'command.test' || entry.hasStream || !session.isOpen) return;",
    replace: "if (order.action !== 'command.test' || !session.isOpen) return;",
  },
  {
    name: 'a durable unsubscribe ends nothing',
    file: 'durable/durable-commands.ts',
    search: "if (order.action === 'listener.unsubscribe') subscriptions.unsubscribed(session, order);",
    replace: '',
  },
  {
    name: 'the id of a durable request that joined may be used by another',
    file: 'durable/durable-commands.ts',
    search: 'return this.#routings.isUnanswered(nodeId, requestId) || this.#waiting.isTaken(nodeId, requestId);',
    replace: 'return this.#routings.isUnanswered(nodeId, requestId);',
  },
  {
    name: 'what an old session was the last to wait for cannot be cancelled by a new one',
    file: 'durable/run-graces.ts',
    search: 'return this.#left.get(nameOf(identity, requestId));',
    replace: 'return identity === requestId ? this.#left.get(requestId) : undefined;',
  },
];

/** @typedef {{ name: string, file: string, search: string, replace: string }} Mutation */
