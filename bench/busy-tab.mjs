import { openWorld } from './queue-world.mjs';

/** Frames of one measurement: few beside what waits, and enough for a clock of microseconds. */
const BATCH = 10;

/** A tab in which `size` commands wait, in a relay that remembers `size` nonces of one identity. */
export class BusyTab {
  #world;
  #size;
  /** The id of the command that the node has. */
  #running;
  #waiting = new WaitingList();
  /** Nonces that are still within the window. @type {string[]} */
  #nonces = [];
  #turn = 0;

  /**
   * @param {import('./queue-world.mjs').QueueWorld} world
   * @param {number} size
   */
  constructor(world, size) {
    this.#world = world;
    this.#size = size;
    sendAll(this.enqueue());
    this.#running = this.#waiting.takeFirst().requestId;
    while (this.#waiting.length < size) sendAll(this.enqueue());
  }

  /** @param {number} size */
  static async open(size) {
    // One nonce a millisecond makes as many milliseconds of them.
    return new BusyTab(await openWorld(size), size);
  }

  /** The id of the command that the node has, or will have once the frames that were asked for are sent. */
  get running() {
    return this.#running;
  }

  /** Commands of all controllers in turn, which will have to wait. */
  enqueue() {
    const frames = this.#inTime(() => this.#nextController().command('wait_with_timeout'));
    for (const frame of frames) this.#waiting.push(frame);
    return frames;
  }

  /** The node's answers to the command that it has and to those that follow. */
  dequeue() {
    return times(() => this.#answer(this.#waiting.takeFirst().requestId));
  }

  /** The same, while nobody's but the lock holder's commands start. */
  dequeueForHolder() {
    const own = this.#inTime(() => this.#world.locker.command('wait_with_timeout'));
    sendAll(own);
    return own.map(({ requestId }) => this.#answer(requestId));
  }

  /** Cancels of commands that wait, by those who sent them. */
  cancelAny() {
    return times(() => {
      const { member, requestId } = this.#waiting.takeAny();
      return member.cancel(requestId);
    });
  }

  /** Commands that do not want to wait. */
  failFast() {
    return this.#inTime(() => this.#nextController().command('fail_fast'));
  }

  /** @param {'tab_lock' | 'tab_unlock'} messageType */
  lock(messageType) {
    return this.#world.locker.lock(messageType);
  }

  /** Locks and unlocks by turns. */
  lockAndUnlock() {
    return times((index) => this.lock(index % 2 === 0 ? 'tab_lock' : 'tab_unlock'));
  }

  /** Fills the memory of nonces, which forgets while others have their turn. */
  rememberNonces() {
    for (let count = 0; count < this.#size; count += BATCH) sendAll(this.newNonces());
  }

  /** Commands whose nonces nobody has seen. */
  newNonces() {
    return this.#inTime(() => {
      const nonce = `nonce_${this.#turn++}`;
      this.#nonces.push(nonce);
      // A slack: those at the edge of the window may be forgotten already.
      if (this.#nonces.length > 2 * this.#size) this.#nonces = this.#nonces.slice(1.1 * this.#size);
      return this.#world.replayer.command('fail_fast', nonce);
    });
  }

  /** Commands whose nonces are remembered. */
  knownNonces() {
    const known = Math.min(this.#nonces.length, Math.max(BATCH, Math.floor(0.9 * this.#size)));
    const any = () => this.#nonces[this.#nonces.length - 1 - Math.floor(Math.random() * known)];
    return times(() => this.#world.replayer.command('fail_fast', any()));
  }

  /** @param {string} next the command that the node will have then */
  #answer(next) {
    const answer = this.#world.node.answer(this.#running);
    this.#running = next;
    return answer;
  }

  #nextController() {
    const { controllers } = this.#world;
    const controller = controllers[this.#turn++ % controllers.length];
    if (controller === undefined) throw new Error('There are controllers.');
    return controller;
  }

  /**
   * Frames at the rate of one a millisecond.
   * @param {() => Frame} make
   */
  #inTime(make) {
    this.#world.clock.advance(BATCH);
    return times(make);
  }
}

/** The far end's own book of what waits, so that it knows what comes next. */
class WaitingList {
  /** Oldest first from `#head` on; undefined where one was taken out. @type {(Sent | undefined)[]} */
  #places = [];
  #head = 0;
  length = 0;

  /** @param {Frame} frame */
  push({ member, requestId }) {
    this.#places.push({ member, requestId });
    this.length += 1;
  }

  takeFirst() {
    while (this.#places[this.#head] === undefined) this.#head += 1;
    const first = this.#take(this.#head);
    if (this.#head > this.#places.length / 2) {
      this.#places = this.#places.slice(this.#head);
      this.#head = 0;
    }
    return first;
  }

  takeAny() {
    const reach = this.#places.length - this.#head;
    let at = this.#head;
    while (this.#places[at] === undefined) at = this.#head + Math.floor(Math.random() * reach);
    return this.#take(at);
  }

  /** @param {number} at */
  #take(at) {
    const taken = this.#places[at];
    if (taken === undefined) throw new Error('Something waits there.');
    this.#places[at] = undefined;
    this.length -= 1;
    return taken;
  }
}

/** @param {Frame[]} frames */
export function sendAll(frames) {
  for (const frame of frames) frame.member.receive(frame);
}

/**
 * @template T
 * @param {(index: number) => T} make
 */
function times(make) {
  return Array.from({ length: BATCH }, (_, index) => make(index));
}

/**
 * @typedef {import('./queue-world.mjs').Frame} Frame
 * @typedef {Pick<Frame, 'member' | 'requestId'>} Sent
 */
