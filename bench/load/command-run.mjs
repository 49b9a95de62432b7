import { quantile } from '../summary.mjs';
import { commandText, nextId } from './frames.mjs';

/** One stretch of load: every controller keeps so many commands under way, until the time or the count is over. */
export class CommandRun {
  #controllers;
  #plan;
  #nodeIds;
  #onEnd;
  #startedAt = performance.now();
  /** @type {number[]} */
  #latencies = [];
  #sent = 0;
  #queued = 0;
  #isStopped = false;

  /**
   * @param {Controller[]} controllers
   * @param {RunPlan} plan
   * @param {{ nodeIds: string[], onEnd: (figures: RunFigures) => void }} surroundings
   */
  constructor(controllers, plan, { nodeIds, onEnd }) {
    this.#controllers = controllers;
    this.#plan = plan;
    this.#nodeIds = nodeIds;
    this.#onEnd = onEnd;
  }

  /** Begins, each place with a command of its own. */
  start() {
    const { inFlight, isOneTab = false } = this.#plan;
    for (const [index, controller] of this.#controllers.entries()) {
      for (let place = 0; place < inFlight; place++) {
        const nodeId = this.#nodeIds[isOneTab ? 0 : place % this.#nodeIds.length] ?? '';
        this.#send(controller, { nodeId, tabSessionId: isOneTab ? 'tab_shared' : `tab_${index}_${place}` });
      }
    }
  }

  /** Sends no more; it is over when the last answer has come. */
  stop() {
    this.#isStopped = true;
  }

  queued() {
    this.#queued += 1;
  }

  /**
   * @param {Controller} controller
   * @param {string} requestId
   */
  settled(controller, requestId) {
    const sent = controller.live.get(requestId);
    if (sent === undefined) return;
    controller.live.delete(requestId);
    const now = performance.now();
    this.#latencies.push(now - sent.sentAt);
    if (this.#goesOn(now)) this.#send(controller, sent);
    else if (this.#controllers.every(({ live }) => live.size === 0)) this.#onEnd(this.#figures(now));
  }

  /** @param {number} now */
  #goesOn(now) {
    const { ms = Infinity, count = Infinity } = this.#plan;
    return !this.#isStopped && now - this.#startedAt < ms && this.#sent < count;
  }

  /**
   * @param {Controller} controller
   * @param {{ nodeId: string, tabSessionId: string }} place
   */
  #send(controller, { nodeId, tabSessionId }) {
    const requestId = nextId();
    this.#sent += 1;
    controller.live.set(requestId, { nodeId, tabSessionId, sentAt: performance.now() });
    controller.socket.send(commandText({ requestId, nodeId, tabSessionId }));
  }

  /**
   * @param {number} now
   * @returns {RunFigures}
   */
  #figures(now) {
    const sorted = Float64Array.from(this.#latencies).sort();
    return {
      commands: sorted.length,
      queued: this.#queued,
      elapsedMs: now - this.#startedAt,
      p50Ms: quantile(sorted, 0.5),
      p99Ms: quantile(sorted, 0.99),
      maxMs: quantile(sorted, 1),
    };
  }
}

/**
 * @typedef {{ socket: import('ws').WebSocket,
 *   live: Map<string, { nodeId: string, tabSessionId: string, sentAt: number }> }} Controller
 */

/**
 * For so long, or so many, or until it is stopped; `inFlight` is of each controller, in tabs of their own or all in one.
 * @typedef {{ ms?: number, count?: number, inFlight: number, isOneTab?: boolean, resultBytes?: number }} RunPlan
 */

/**
 * `queued` are those that were told to wait.
 * @typedef {{ commands: number, queued: number, elapsedMs: number, p50Ms: number, p99Ms: number, maxMs: number }} RunFigures
 */
