import type { ModelEntry } from './model/facts.js';
import type { Random } from './random.js';
import type { CommandStep, ConnectStep, Step } from './steps.js';
import type { World } from './world.js';

/** Longer than what nobody waits for goes on, in ms. */
const GRACE_MS = 2_200;

/**
 * A node works on a durable command, and all who wait for it are gone: they hang up, or the relay crashes and finds the
 * command again with the node. One comes back and cancels it, or nobody does. Each step is chosen when its turn comes,
 * and where what it needs has not come about, the story ends.
 */
export function* comeback(rooms: ComebackRooms): Generator<Step, void> {
  const { random, world } = rooms;
  if (entriesAtWork(world).length === 0) yield rooms.durable();
  const entry = random.pick(entriesAtWork(world));
  const person = [...(entry?.submissions ?? [])][0]?.session.person;
  if (entry === undefined || person === undefined) return;
  const isCrash = random.chance(0.7);
  const id = isCrash ? yield* adopted(entry, person.name, rooms) : yield* left(entry);
  if (id === undefined || random.chance(0.5)) {
    yield { do: 'pass', ms: GRACE_MS };
    return;
  }
  const back = rooms.connect(person.name, null);
  yield back;
  yield { do: 'cancel', socket: back.socket, id: rooms.freshId(), target: id };
}

/** Those who wait hang up, one after the other; gives back what the last of them had asked for. */
function* left(entry: ModelEntry): Generator<Step, string | undefined> {
  let id: string | undefined;
  for (const submission of [...entry.submissions]) {
    ({ id } = submission);
    yield { do: 'hang_up', socket: submission.session.socket };
  }
  return id;
}

/** A relay that has crashed hears of the command from its key and from its node; then who has told it leaves for good. */
function* adopted(
  { carrierId, deed, key, nodeId }: ModelEntry,
  who: string,
  { connect, freshId, world }: ComebackRooms,
): Generator<Step, string | undefined> {
  const instance = world.model.facts.nodes.get(nodeId)?.session.instance ?? null;
  yield { do: 'crash' };
  const node = connect(nodeId, instance);
  yield node;
  const client = connect(who, null);
  yield client;
  const id = freshId();
  yield { ...repeatOf(deed), socket: client.socket, id, nonce: id, node: nodeId, key };
  const isInquiry = ({ about, isOwn }: { about: string; isOwn: boolean }): boolean => isOwn && about === carrierId;
  const inquiry = world.inboxes.of(nodeId).findLast(isInquiry);
  if (inquiry !== undefined) yield { do: 'answer', socket: node.socket, id: inquiry.id, how: 'status' };
  yield { do: 'hang_up', socket: client.socket };
  return id;
}

function entriesAtWork(world: World): ModelEntry[] {
  return [...world.model.facts.entries.values()].filter(({ carrier }) => carrier?.isAtNode === true);
}

function repeatOf(deed: string): Omit<CommandStep, 'socket' | 'id' | 'nonce' | 'node' | 'key'> {
  // The model writes a deed down as action, tab and input.
  const [action, tab, input] = JSON.parse(deed) as [string, string | null, Readonly<Record<string, unknown>>];
  return { do: 'command', action, tab, input, waits: true, timeoutMs: null, ageMs: 0, fault: null };
}

export interface ComebackRooms {
  readonly random: Random;
  readonly world: World;
  readonly connect: (who: string, instance: string | null) => ConnectStep;
  /** A durable command of somebody who is here. */
  readonly durable: () => CommandStep;
  readonly freshId: () => string;
}
