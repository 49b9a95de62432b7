import { comeback, type ComebackRooms } from './comeback.js';
import type { ModelSession } from './model/facts.js';
import type { CommandStep, Step } from './steps.js';

/** What storms alone seldom bring about, told to its end; each step is chosen when its turn comes. */
export function storyOf(rooms: StoryRooms): Iterator<Step, void> {
  const kind = rooms.random.weighted({ comeback: 4, sharedLock: 2, namelessNode: 1, stream: 1, putBack: 1 });
  if (kind === 'putBack') return putBack(rooms);
  if (kind === 'stream') return endedStream(rooms);
  if (kind === 'sharedLock') return sharedLock(rooms);
  return kind === 'namelessNode' ? namelessNode(rooms) : comeback(rooms);
}

/** Somebody holds a tab in which another session of its own waits, and joins what that waits for: it may leave now. */
function* sharedLock({ connect, durable, freshId, session, place }: StoryRooms): Generator<Step, void> {
  const holder = connect(session.person.name, null);
  yield holder;
  const first = freshId();
  const command = { ...durable(), id: first, nonce: first, waits: true, timeoutMs: null, ageMs: 0 };
  yield { do: 'lock', socket: holder.socket, id: freshId(), ...place, leaseMs: 9_000.25 };
  yield command;
  const second = freshId();
  yield { ...command, socket: holder.socket, id: second, nonce: second };
  // What it joined under is its own, as if that had been sent.
  yield { ...command, id: second, nonce: freshId(), key: null };
}

/** A tab is locked while the disk works for what has its turn there, and another waits behind: it stays the first. */
function* putBack({ connect, durable, freshId, session, place }: StoryRooms): Generator<Step, void> {
  const holder = connect(session.person.name, null);
  yield holder;
  yield { do: 'disk', mode: 'slow' };
  const [id, nextId] = [freshId(), freshId()];
  const command = { ...durable(), id, nonce: id, waits: true, timeoutMs: null, ageMs: 0 };
  yield command;
  yield { ...command, id: nextId, nonce: nextId, key: null };
  yield { do: 'lock', socket: holder.socket, id: freshId(), ...place, leaseMs: 9_000.25 };
  yield { do: 'disk', mode: 'fast' };
  yield { do: 'unlock', socket: holder.socket, id: freshId(), ...place };
}

/** A node is taken over by a process that does not say which it is: it may know nothing of what it was subscribed to. */
function* namelessNode({ connect, freshId, session, place, world }: StoryRooms): Generator<Step, void> {
  const { node, tab } = place;
  const id = freshId();
  const input = { listener: 'ticks' };
  const rest = { waits: true, timeoutMs: null, nonce: id, ageMs: 0, input, key: null, fault: null };
  yield { do: 'command', socket: session.socket, id, node, action: 'listener.subscribe', tab, ...rest };
  const { socket } = world.model.facts.nodes.get(node)?.session ?? {};
  if (socket === undefined) return;
  yield { do: 'answer', socket, id, how: 'ok' };
  yield connect(node, null);
}

/** A stream is cancelled that somebody has joined with a subscribe. */
function* endedStream({ freshId, session, place, world }: StoryRooms): Generator<Step, void> {
  const { socket } = session;
  const [id, subscribeId] = [freshId(), freshId()];
  const rest = { ...place, waits: true, timeoutMs: null, ageMs: 0, key: null, fault: null };
  yield { do: 'command', socket, id, nonce: id, action: 'command.test', input: { site: 's', command: 'c' }, ...rest };
  const node = world.model.facts.nodes.get(place.node)?.session.socket;
  if (node === undefined) return;
  yield { do: 'answer', socket: node, id, how: 'stream' };
  const join = { action: 'listener.subscribe', input: { listener: 'chat' }, ...rest };
  yield { do: 'command', socket, id: subscribeId, nonce: subscribeId, ...join };
  yield { do: 'answer', socket: node, id: subscribeId, how: 'ok' };
  yield { do: 'cancel', socket, id: freshId(), target: id };
}

interface StoryRooms extends ComebackRooms {
  /** Somebody who is here, and where it works. */
  readonly session: ModelSession;
  readonly place: { readonly node: string; readonly tab: string };
  readonly durable: () => CommandStep;
}
