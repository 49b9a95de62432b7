/**
 * Deliberate breakages of how things end: commands, tabs, subscriptions, nodes and rights.
 *
 * @type {readonly import('./mutations.mjs').Mutation[]}
 */
export const MUTATIONS_OF_ENDS = [
  {
    name: 'a cancelled command that waited gets no terminal frame',
    file: 'node/node-channel.ts',
    search: "this.end(command, 'command_cancelled');\n    return 'cancelled';",
    replace: "this.drop(command);\n    return 'cancelled';",
  },
  {
    name: 'a node that takes over is not asked about what was sent before',
    file: 'durable/durable-commands.ts',
    search: "else if (state.phase === 'running' && state.run.carrier.isSent) this.#askAboutSent(entry, state.run);",
    replace: '',
  },
  {
    name: 'what a node never got keeps its tab',
    file: 'node/node-channel.ts',
    search: "this.#settleByRelay(command, 'node_disconnected');\n    this.#release(command);",
    replace: "this.#settleByRelay(command, 'node_disconnected');",
  },
  {
    name: 'a node has twice the time to stop',
    file: 'node/node-channel.ts',
    search: 'command.draining = this.#clock.after(DRAIN_MS_MAX, () => {',
    replace: 'command.draining = this.#clock.after(2 * DRAIN_MS_MAX, () => {',
  },
  {
    name: 'a deadline goes on after the answer',
    file: 'node/node-channel.ts',
    search:
      "command.deadline?.cancel();\n    this.#settle(command, { by: 'node', frame, bytes });\n    this.#release(command);",
    replace:
      "this.#settle(command, { by: 'node', frame, bytes });\n    command.deadline = undefined;\n    this.#release(command);",
  },
  {
    name: 'the lock is not looked at when a command leaves the queue',
    file: 'node/node-channel.ts',
    search: '(isOurs() ? lane.takeNext(this.#holderOf(lane.key)) : undefined);',
    replace: '(isOurs() ? lane.takeNext(undefined) : undefined);',
  },
  {
    name: 'the lock is not looked at again after the disk',
    file: 'node/turns.ts',
    search: 'else if (!this.isLockedFor(command)) this.send(command);',
    replace: 'else if (!command.isSent) this.send(command);',
  },
  {
    name: 'who was put back is last and not first',
    file: 'node/turns.ts',
    search: 'lane.pushFirst(command);',
    replace: 'lane.push(command);',
  },
  {
    name: 'a forced close passes a lock',
    file: 'node/node-channel.ts',
    search: "if (this.#turns.isLockedFor(command)) throw this.#refusal('tab_locked', command);",
    replace: '',
  },
  {
    name: 'a lease lasts too long',
    file: 'node/tab-locks.ts',
    search: 'expiry: this.#clock.after(terms.leaseMs, () => {',
    replace: 'expiry: this.#clock.after(terms.leaseMs + 20, () => {',
  },
  {
    name: 'a renewed lease ends when the first one would have',
    file: 'node/tab-locks.ts',
    search: 'known?.expiry.cancel();',
    replace: '',
  },
  {
    name: 'nobody starts when a lock ends',
    file: 'session/lock-news.ts',
    search: 'this.#nodes.get(nodeId)?.reconsider(tabSessionId);',
    replace: '',
  },
  {
    name: 'the commands of a node that left wait for it',
    file: 'session/node-sessions.ts',
    search: "nodes.remove(channel);\n    channel.endAll('node_disconnected');",
    replace: 'nodes.remove(channel);',
  },
  {
    name: 'a node that was started anew keeps what the old process had',
    file: 'session/node-sessions.ts',
    search: 'return older.instanceId !== newer.instanceId;',
    replace: 'return older.instanceId === newer.instanceId + newer.id;',
  },
  {
    name: 'a controller that is bound to a node answers for it',
    file: 'frames/outcome.ts',
    search:
      "session.identity.role === 'node' && nodeId !== undefined ? rooms.nodes.get(nodeId) : undefined;\n  if (channel?.link !== session) {",
    replace: 'nodeId !== undefined ? rooms.nodes.get(nodeId) : undefined;\n  if (channel === undefined) {',
  },
  {
    name: 'a removed client goes on with what runs',
    file: 'session/revocations.ts',
    search: "for (const command of waitingFirst(ledger.commands)) this.#end(command, 'controller_revoked');",
    replace: '',
  },
  {
    name: 'a lock that goes with its session lets in another of the same token family',
    file: 'session/revocations.ts',
    search: 'const commands = new Set(family.flatMap((session) => [...commandsOf(session)]));',
    replace:
      'family.slice(0, 1).forEach(closeRevoked);\n    const commands = new Set(family.flatMap((session) => [...commandsOf(session)]));',
  },
  {
    name: 'a right that ends while its token is verified counts',
    file: 'session/connection.ts',
    search: 'const identity = this.#rooms.access.tokens.current(verified);',
    replace: 'const identity = this.#rooms.access.tokens.current(verified) ?? verified;',
  },
  {
    name: 'what waits behind an auth is lost',
    file: 'session/connection.ts',
    search: '.then(() => held.forEach((run) => run()))',
    replace: '.then(() => held.length = 0)',
  },
  {
    name: 'tabs of who left stay open',
    file: 'session/orphan-tabs.ts',
    search: 'this.returned(ledger);\n    this.closeEverywhere(ledger.key);',
    replace: 'this.returned(ledger);',
  },
  {
    name: 'tabs that are opened after the clean-up stay open',
    file: 'session/orphan-tabs.ts',
    search: 'if (channel !== undefined && !ledger.worksAt(nodeId)) this.#dispatch(ledger.key, channel);',
    replace: '',
  },
  {
    name: 'a wish to keep tabs is not heard',
    file: 'frames/event.ts',
    search: 'session.keepTabsMs = event.data.keepTabsMs ?? KEEP_TABS_MS_MAX;',
    replace: '',
  },
  {
    name: 'tabs on record are never looked for',
    file: 'session/tab-owners.ts',
    search: 'if (owner.nodeId === nodeId) this.#options.checkDue(owner);',
    replace: '',
  },
  {
    name: 'a tab that was opened since is taken for closed',
    file: 'session/tab-owners.ts',
    search: 'if ((this.#lastOpenedAt.get(id) ?? -Infinity) >= dispatchedAt) return;',
    replace: '',
  },
  {
    name: 'the listeners of a stream outlive it',
    file: 'session/streams.ts',
    search: 'for (const listener of [...stream.joined]) this.#options.listeners.end(listener, how);',
    replace: 'for (const listener of [...stream.joined].slice(1)) this.#options.listeners.end(listener, how);',
  },
  {
    name: 'a stream ends without a word',
    file: 'session/streams.ts',
    search: "session.reply('result', stream, payload);",
    replace: '',
  },
  {
    name: 'a stream survives a subscribe that failed',
    file: 'session/subscriptions.ts',
    search: 'if (stream !== undefined && !isCancelled)',
    replace: 'if (stream !== undefined && isCancelled)',
  },
  {
    name: 'a stream that waited too long is said to have failed',
    file: 'session/subscriptions.ts',
    search: "['command_timed_out', SUBSCRIBE_TIMED_OUT],",
    replace: '',
  },
  {
    name: 'a subscription that began too late is left with its node',
    file: 'session/subscriptions.ts',
    search: "if (action === 'listener.subscribe' && isOk(frame)) this.listeners.unsubscribeAt(order);",
    replace: '',
  },
  {
    name: 'who is heard no more is not told that its node left',
    file: 'session/listeners.ts',
    search: "this.end(listener, { tellsNode: false, reason: 'node_disconnected' });",
    replace: 'this.end(listener, { tellsNode: false });',
  },
  {
    name: 'any process of a node is believed that a command never came',
    file: 'durable/status-inquiry.ts',
    search: 'const isAddressee = instanceId !== undefined && instanceId === entry.instanceId;',
    replace: 'const isAddressee = instanceId === instanceId;',
  },
  {
    name: 'what never came is called lost',
    file: 'durable/durable-runs.ts',
    search: "waiting.failAll(entry, 'node_disconnected', 'none');",
    replace: "waiting.failAll(entry, 'node_disconnected', 'unknown');",
  },
];
