import { OttoError, type Envelope, type ErrorCode } from '@telepat/otto-protocol';
import { DRAIN_MS_MAX } from '@telepat/otto-protocol/limits';
import type { Clock } from '../ports/clock.js';
import { cancelFrame } from './cancel-frame.js';
import type { ChannelBounds, ChannelOptions } from './channel-options.js';
import { contextOf } from './command-context.js';
import { DrainedCommands, type LateAnswer } from './drained-commands.js';
import { Flights } from './flights.js';
import { Lane } from './lane.js';
import type { NodeLink } from './node-link.js';
import type { PendingCommand, Settlement } from './pending-command.js';
import { SharedTimers } from './shared-timers.js';
import { ShortLivedMap } from './short-lived-map.js';
import { Turns } from './turns.js';

/** The relay's side of one node: its commands and lanes live and die here. Everything is synchronous. */
export class NodeChannel {
  readonly nodeId: string;
  readonly #clock: Clock;
  readonly #bounds: ChannelBounds;
  readonly #holderOf: (tabSessionId: string) => object | undefined;
  readonly #commands = new ShortLivedMap<string, PendingCommand>();
  readonly #lanes = new ShortLivedMap<string, Lane>();
  readonly #flights = new Flights();
  readonly #drained = new DrainedCommands();
  readonly #deadlines: SharedTimers;
  readonly #turns: Turns;
  readonly #reportBug: (error: unknown) => void;
  readonly lanes = (): Iterable<Lane> => this.#lanes.values();
  #link: NodeLink;
  #sentCount = 0;

  constructor(nodeId: string, link: NodeLink, options: ChannelOptions) {
    this.nodeId = nodeId;
    this.#link = link;
    this.#clock = options.clock;
    this.#deadlines = new SharedTimers(options.clock);
    this.#bounds = options.bounds;
    this.#holderOf = options.holderOf;
    this.#reportBug = options.reportBug;
    this.#turns = new Turns({
      nodeId,
      holderOf: options.holderOf,
      laneOf: (key) => this.#lanes.get(key),
      isLive: (command) => this.#commands.get(command.requestId) === command && !command.isSettled,
      sendText: (text) => {
        this.#sentCount += 1;
        this.#link.send(text);
      },
      end: (command, reason) => this.end(command, reason),
      startNext: (lane) => this.#startNext(lane),
    });
  }

  /** The node's current connection: only its answers count. */
  get link(): NodeLink {
    return this.#link;
  }

  get inFlight(): number {
    return this.#sentCount;
  }

  get queued(): number {
    return this.#commands.size - this.#sentCount;
  }

  /** The live command of this id; one that drains is live, too. */
  find(requestId: string): PendingCommand | undefined {
    return this.#commands.get(requestId);
  }

  /** A newer connection of the same running node; its commands stay and may be answered there, or may be lost. */
  moveTo(link: NodeLink): void {
    this.#link = link;
  }

  /**
   * Accepts a command: sends it, or queues it behind its tab's others.
   * @throws OttoError when it is refused; nothing of it is kept then.
   */
  submit(command: PendingCommand): void {
    const { lane: key } = command.order;
    if (this.#commands.has(command.requestId)) throw this.#refusal('duplicate_request_id', command);
    if (this.#link.bufferedBytes() > this.#bounds.bufferedBytesMax) throw this.#refusal('node_busy', command);

    if (key === undefined) this.#submitUntabbed(command);
    else this.#submitToLane(command, this.#lanes.get(key) ?? new Lane(key, this.#flights.waiting));
  }

  /** Sends a command of the relay's own, at once and past every bound: there are only so many reasons for one. */
  submitOwn(command: PendingCommand): void {
    this.#flights.addRelays();
    this.#accept(command);
    this.#turns.send(command);
  }

  /**
   * A terminal frame of the node's current connection.
   * @returns the command when its owner had its outcome before, `unknown` when no such command is with the node
   */
  answered(frame: Envelope, bytes: Uint8Array): 'settled' | 'unknown' | LateAnswer {
    const command = this.#commands.get(frame.requestId);
    if (command === undefined) return this.#drained.take(frame.requestId) ?? 'unknown';
    if (!command.isSent) return 'unknown';

    if (command.isSettled) {
      this.#release(command);
      return { late: command, isDrained: false };
    }
    command.isSettled = true;
    command.deadline?.cancel();
    this.#settle(command, { by: 'node', frame, bytes });
    this.#release(command);
    return 'settled';
  }

  /** The node told of a live command's outcome otherwise than by its terminal frame; `settle` tells the owner. */
  answeredOtherwise(command: PendingCommand, settle: () => void): void {
    command.isSettled = true;
    settle();
    this.#release(command);
  }

  /** The node is sure that a live command which was sent never came: it counts as not sent, and ends so. */
  neverArrived(command: PendingCommand): void {
    command.isSent = false;
    this.#sentCount -= 1;
    this.#settleByRelay(command, 'node_disconnected');
    this.#release(command);
  }

  /** Cancels at the owner's wish: at once while it waits, else by telling the node, once. */
  cancel(command: PendingCommand): 'cancelled' | 'forwarded' {
    if (command.isSent) {
      this.#stop(command);
      return 'forwarded';
    }
    this.end(command, 'command_cancelled');
    return 'cancelled';
  }

  /**
   * Ends a command for a reason of the relay's: the owner gets the error now; a node that has it is told to stop, and
   * the tab stays occupied until it did or its time to do so is over.
   */
  end(command: PendingCommand, reason: ErrorCode): void {
    if (this.#commands.get(command.requestId) !== command) return;
    this.#settleByRelay(command, reason);
    if (command.isSent) this.#stop(command);
    else this.#release(command);
  }

  /** Forgets a waiting command whose owner is gone: there is nobody to tell. */
  drop(command: PendingCommand): void {
    if (command.isSent || this.#commands.get(command.requestId) !== command) return;
    command.isSettled = true;
    this.#release(command);
  }

  /** The tab in which a command waits for its turn; undefined when it does not. */
  laneOf({ order, place }: PendingCommand): Lane | undefined {
    return place === undefined ? undefined : this.#lanes.get(order.lane ?? '');
  }

  /** A tab's lock ended, or its holder waits for something more: whoever may start now does. */
  reconsider(tabSessionId: string): void {
    const lane = this.#lanes.get(tabSessionId);
    if (lane !== undefined) this.#startNext(lane);
  }

  /** The node is gone, or restarted: nothing that it had will be answered. */
  endAll(reason: ErrorCode): void {
    const ending = [...this.#commands.values()];
    // Empty first: whoever is told may submit anew, and must not find the remains.
    this.#commands.clear();
    this.#lanes.clear();
    this.#flights.clear();
    this.#deadlines.clear();
    this.#sentCount = 0;
    for (const command of ending) {
      command.draining?.cancel();
      if (command.place !== undefined) {
        command.place = undefined;
        command.owner.leaveQueue(command);
      }
      this.#settleByRelay(command, reason);
      command.owner.released(command);
    }
  }

  #submitUntabbed(command: PendingCommand): void {
    if (this.#turns.isLockedFor(command)) throw this.#refusal('tab_locked', command);
    this.#flights.reserve(command, this.#commands.size);
    this.#accept(command);
    this.#turns.start(command);
  }

  #submitToLane(command: PendingCommand, lane: Lane): void {
    const holder = this.#holderOf(lane.key);
    const isLocked = this.#turns.isLockedFor(command);
    const isFree = !isLocked && !lane.isBusyFor(command.owner, holder);
    if (!isFree && !command.order.waits) throw this.#refusal(isLocked ? 'tab_locked' : 'tab_busy', command);
    this.#flights.reserve(command, this.#commands.size);
    if (isFree) {
      this.#lanes.set(lane.key, lane);
      this.#accept(command);
      lane.running = command;
      this.#turns.start(command);
      return;
    }
    if (lane.depth >= this.#bounds.tabQueueLimit) throw this.#refusal('tab_queue_overflow', command);
    command.owner.reserveQueuePlace(command);

    this.#lanes.set(lane.key, lane);
    this.#accept(command);
    lane.push(command);
    const { key: tabSessionId, depth: queueDepth } = lane;
    command.owner.acknowledge(command, { type: 'queued', targetNodeId: this.nodeId, tabSessionId, queueDepth });
  }

  #accept(command: PendingCommand): void {
    this.#commands.set(command.requestId, command);
    const { timeoutMs } = command.order;
    if (timeoutMs === Infinity) return;
    const timedOut = () => this.end(command, command.isSent ? 'command_timed_out' : 'queue_wait_timed_out');
    command.deadline = this.#deadlines.after(timeoutMs, timedOut);
  }

  #settleByRelay(command: PendingCommand, code: ErrorCode): void {
    if (command.isSettled) return;
    command.isSettled = true;
    command.deadline?.cancel();
    this.#settle(command, { by: 'relay', code, error: this.#refusal(code, command) });
  }

  /** Whatever goes wrong in telling the owner, the tab must go on. */
  #settle(command: PendingCommand, settlement: Settlement): void {
    try {
      command.owner.settle(command, settlement);
    } catch (error) {
      this.#reportBug(error);
    }
  }

  /** Forwarded once; a second reason to stop does not prolong the time that the node has. */
  #stop(command: PendingCommand): void {
    if (command.draining !== undefined) return;
    command.draining = this.#clock.after(DRAIN_MS_MAX, () => {
      this.#settleByRelay(command, 'command_cancelled');
      this.#drained.add(command);
      this.#release(command);
    });
    this.#link.send(cancelFrame(command.order, command));
  }

  /** Forgets a command that is settled and that the node is done with, and lets the next of its tab start. */
  #release(command: PendingCommand): void {
    if (this.#commands.get(command.requestId) !== command) return;
    this.#commands.delete(command.requestId);
    command.deadline?.cancel();
    command.draining?.cancel();
    if (command.isSent) this.#sentCount -= 1;

    const key = command.order.lane;
    const lane = key === undefined ? undefined : this.#lanes.get(key);
    this.#flights.release(command);
    if (lane?.running === command) lane.running = undefined;
    else if (lane !== undefined && command.place !== undefined) {
      lane.remove(command);
      command.owner.leaveQueue(command);
    }

    command.owner.released(command);
    if (lane !== undefined) this.#startNext(lane);
  }

  /** One that may no longer run gets its error and the next one follows at once, so that nobody waits for nobody. */
  #startNext(lane: Lane): void {
    // Telling an owner may end the node's connection, and all lanes with it.
    const isOurs = () => this.#lanes.get(lane.key) === lane;
    const takeNext = () => (isOurs() ? lane.takeNext(this.#holderOf(lane.key)) : undefined);
    for (let next = takeNext(); next !== undefined; next = takeNext()) {
      next.owner.leaveQueue(next);
      const refusal = next.owner.refusal(next);
      if (refusal === undefined) {
        lane.running = next;
        this.#turns.start(next);
        return;
      }
      this.#settleByRelay(next, refusal);
      if (this.#commands.delete(next.requestId)) next.owner.released(next);
    }
    if (lane.isIdle && isOurs()) this.#lanes.delete(lane.key);
  }

  #refusal(code: ErrorCode, command: PendingCommand): OttoError {
    return new OttoError(code, contextOf(command, code));
  }
}
