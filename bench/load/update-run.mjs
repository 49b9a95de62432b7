import { frameText, nextId } from './frames.mjs';

/** Updates that are sent ahead of those that came. */
const AHEAD = 128;

/** News of one subscription, from a node to a controller. */
export class UpdateRun {
  #controller;
  #node;
  #nodeId;
  #requestId = nextId();
  #isSubscribed = false;
  /** @type {() => void} */
  #onBegan = () => undefined;
  /** @type {() => void} */
  #onCame = () => undefined;

  /**
   * @param {import('ws').WebSocket} controller
   * @param {{ nodeId: string, node: import('ws').WebSocket }} source
   */
  constructor(controller, { nodeId, node }) {
    this.#controller = controller;
    this.#nodeId = nodeId;
    this.#node = node;
  }

  /**
   * Whether this result is the answer to the subscribe.
   * @param {string} requestId
   */
  began(requestId) {
    if (requestId !== this.#requestId) return false;
    this.#isSubscribed = true;
    this.#onBegan();
    return true;
  }

  /**
   * Whether this event is an update.
   * @param {string} requestId
   */
  came(requestId) {
    if (requestId !== this.#requestId) return false;
    if (this.#isSubscribed) this.#onCame();
    return true;
  }

  /**
   * As many as get through in a time. Every one that was sent has come when it is over.
   * @param {{ ms: number, bytes: number }} plan size of a whole frame
   * @returns {Promise<{ updates: number, elapsedMs: number }>}
   */
  async run({ ms, bytes }) {
    if (!this.#isSubscribed) await this.#subscribe();
    const frame = this.#update(bytes);
    const startedAt = performance.now();
    return new Promise((resolve) => {
      let [sent, came] = [0, 0];
      const send = () => {
        sent += 1;
        this.#node.send(frame);
      };
      this.#onCame = () => {
        came += 1;
        const elapsedMs = performance.now() - startedAt;
        if (elapsedMs < ms) send();
        else if (came === sent) resolve({ updates: came, elapsedMs });
      };
      while (sent < AHEAD) send();
    });
  }

  /** @returns {Promise<void>} */
  #subscribe() {
    const payload = {
      targetNodeId: this.#nodeId,
      action: 'listener.subscribe',
      tabSessionId: 'tab_listener',
      payload: { listener: 'network.request' },
      timeoutMs: 30_000,
      replayNonce: this.#requestId,
    };
    this.#controller.send(frameText('command', { requestId: this.#requestId, senderRole: 'controller', payload }));
    return new Promise((resolve) => {
      this.#onBegan = resolve;
    });
  }

  /** @param {number} bytes */
  #update(bytes) {
    const textOf = (/** @type {string} */ text) => {
      const payload = { type: 'listener_update', updateType: 'request', data: { text } };
      return frameText('event', { requestId: this.#requestId, senderRole: 'node', payload });
    };
    return textOf('x'.repeat(bytes - textOf('').length));
  }
}
