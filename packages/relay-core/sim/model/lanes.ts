import { demand } from '../invariants.js';
import type { Facts, ModelCommand, ModelLane, ModelNode, ModelSession } from './facts.js';

/** The tabs of all nodes: what runs, what waits, and whose turn it is. */
export class Lanes {
  readonly #facts: Facts;
  readonly #onRelease: (command: ModelCommand) => void;
  /** When, in the order of asking, each session asked for a command: that of a lock's holder goes first. */
  readonly #askedAt = new WeakMap<ModelCommand, Map<ModelSession, number>>();
  #asked = 0;
  #putBack = 0;

  /** `onRelease` hears of each command that its node is done with. */
  constructor(facts: Facts, onRelease: (command: ModelCommand) => void) {
    this.#facts = facts;
    this.#onRelease = onRelease;
  }

  /** Takes in a command that was accepted; one with a tab waits there until it is started. */
  accept(command: ModelCommand): void {
    const node = this.#facts.nodes.get(command.nodeId);
    if (node === undefined) return;
    node.commands.set(command.id, command);
    if (command.entry === undefined) {
      command.session.commands.set(command.id, command);
      this.joined(command, command.session);
    }
    if (command.lane !== undefined) laneOf(node, command.lane).waiting.push(command);
    else command.turnAt = this.#facts.now;
  }

  /** A session waits for a command: its own, or a durable one that others wait for, too. */
  joined(command: ModelCommand, session: ModelSession): void {
    const askedAt = this.#askedAt.get(command) ?? new Map<ModelSession, number>();
    this.#askedAt.set(command, askedAt);
    if (!askedAt.has(session)) askedAt.set(session, (this.#asked += 1));
  }

  /** It waits no more for one that others still wait for. */
  left(command: ModelCommand, session: ModelSession): void {
    this.#askedAt.get(command)?.delete(session);
  }

  /** Whether a session waits for a command: its lock counts. */
  isOf(command: ModelCommand, session: ModelSession): boolean {
    return this.#askedAt.get(command)?.has(session) === true;
  }

  /** Whether somebody else holds the tab that a command names. */
  isLockedFor(command: ModelCommand): boolean {
    const { nodeId, tab } = command;
    const holder = tab === undefined ? undefined : this.#facts.holderOf(nodeId, tab);
    return holder !== undefined && !this.isOf(command, holder);
  }

  /** The command whose turn it is in a tab where nothing runs: the oldest, or what the holder asked for first. */
  nextOf(node: ModelNode, tab: string): ModelCommand | undefined {
    const lane = node.lanes.get(tab);
    if (lane === undefined || lane.running !== undefined) return undefined;
    const holder = this.#facts.holderOf(node.nodeId, tab);
    if (holder === undefined) return lane.waiting[0];
    const askedAt = (command: ModelCommand): number => this.#askedAt.get(command)?.get(holder) ?? Infinity;
    const own = lane.waiting.filter((command) => this.isOf(command, holder));
    return own.sort((a, b) => askedAt(a) - askedAt(b))[0];
  }

  /** How many commands of an identity wait, over all tabs. */
  waitingOf(identity: string): number {
    let count = 0;
    for (const command of this.#facts.liveCommands()) {
      if (command.turnAt === undefined && command.session.identity === identity) count += 1;
    }
    return count;
  }

  /** The relay says that a command leaves for its node. */
  start(command: ModelCommand): void {
    const { id, nodeId, lane: tab, session } = command;
    demand(!command.isRouted, 'one_terminal', () => `${id} was routed twice`);
    demand(this.#facts.allows(session, nodeId), 'granted', () => `${id} was routed to ${nodeId} without a grant`);
    demand(!this.#facts.isRevoked(session), 'granted', () => `${id} of a revoked controller was routed`);
    const node = this.#facts.nodes.get(nodeId);
    if (node !== undefined && tab !== undefined) this.#occupy(node, laneOf(node, tab), command);
    command.turnAt = this.#facts.now;
    command.isRouted = true;
  }

  /** Durable commands take their turn unseen: from then on they wait for the disk, and occupy their tab. */
  advance(): void {
    for (const node of this.#facts.nodes.values()) for (const tab of node.lanes.keys()) this.#advance(node, tab);
  }

  /** The node is done with a command, or it never will have it. */
  release(command: ModelCommand): void {
    const node = this.#facts.nodes.get(command.nodeId);
    if (node?.commands.get(command.id) !== command) return;
    node.commands.delete(command.id);
    const lane = command.lane === undefined ? undefined : node.lanes.get(command.lane);
    if (lane !== undefined) {
      if (lane.running === command) lane.running = undefined;
      lane.waiting = lane.waiting.filter((other) => other !== command);
      this.#advance(node, command.lane ?? '');
    }
    this.#onRelease(command);
  }

  /** Forgets everything that a node had; gives back what it was. */
  clear(node: ModelNode): ModelCommand[] {
    const lost = [...node.commands.values()];
    node.lanes.clear();
    node.own.clear();
    node.drained.clear();
    for (const command of lost) {
      node.commands.delete(command.id);
      this.#onRelease(command);
    }
    return lost;
  }

  /** After everything that was due: no tab stands idle in front of a command that may run. */
  demandNobodyWaits(): void {
    for (const node of this.#facts.nodes.values()) {
      for (const tab of node.lanes.keys()) {
        const next = this.nextOf(node, tab);
        const what = () => `${next?.id} waits in ${node.nodeId}/${tab}, where nothing runs`;
        demand(next === undefined, 'nobody_waits_for_nobody', what);
      }
      for (const command of node.commands.values()) {
        const isLost = command.isRouted && !command.isAtNode;
        demand(!isLost, 'nobody_waits_for_nobody', () => `${command.id} was said to be routed and never sent`);
      }
    }
  }

  /** A tab was locked by another while a durable command waited for the disk: its turn comes again, before all others. */
  putBack(command: ModelCommand): void {
    const node = this.#facts.nodes.get(command.nodeId);
    const lane = command.lane === undefined ? undefined : node?.lanes.get(command.lane);
    if (lane === undefined) return;
    command.turnAt = undefined;
    lane.running = undefined;
    lane.waiting.unshift(command);
    const askedAt = this.#askedAt.get(command);
    for (const session of askedAt?.keys() ?? []) askedAt?.set(session, (this.#putBack -= 1));
    this.advance();
  }

  #advance(node: ModelNode, tab: string): void {
    const next = this.nextOf(node, tab);
    const isDurable = next?.entry !== undefined && this.#facts.allows(next.session, node.nodeId);
    if (next === undefined || !isDurable) return;
    next.turnAt = this.#facts.now;
    const lane = laneOf(node, tab);
    lane.waiting = lane.waiting.filter((other) => other !== next);
    lane.running = next;
  }

  #occupy(node: ModelNode, lane: ModelLane, command: ModelCommand): void {
    const { id, lane: tab = '' } = command;
    const place = `${node.nodeId}/${tab}`;
    const { running } = lane;
    demand(running === undefined, 'one_at_a_time', () => `${id} started in ${place} beside ${running?.id}`);
    const holder = this.#facts.holderOf(node.nodeId, tab);
    const isAdmitted = !this.isLockedFor(command);
    demand(isAdmitted, 'lock_admits_holder', () => `${id} started in ${place}, which ${holder?.socket} holds`);
    const next = this.nextOf(node, tab);
    demand(next === command, 'in_order', () => `${id} started in ${place} before ${next?.id}`);
    lane.waiting = lane.waiting.filter((other) => other !== command);
    lane.running = command;
  }
}

function laneOf(node: ModelNode, tab: string): ModelLane {
  const lane = node.lanes.get(tab) ?? { running: undefined, waiting: [] };
  node.lanes.set(tab, lane);
  return lane;
}
