import type { Clock, LogEvent, Relay } from '@telepat/otto-relay-core';
import { EventLoopDelay } from './event-loop-delay.js';
import type { MetricRegistry } from './metric-registry.js';
import type { MetricFacts } from './metric-table.js';
import { RelayTally } from './relay-tally.js';

/**
 * The metrics of one relay, as Prometheus reads them. What happens is counted as it happens, at the cost of an
 * addition; what is, is looked at when somebody asks.
 */
export class RelayMetrics {
  readonly #options: RelayMetricsOptions;
  readonly #tally = new RelayTally();
  readonly #eventLoop = new EventLoopDelay();
  #registry: Promise<MetricRegistry> | undefined;
  #relay: Relay | undefined;

  constructor(options: RelayMetricsOptions) {
    this.#options = options;
  }

  /** Begins to watch a relay and its process. */
  start(relay: Relay): void {
    this.#relay = relay;
    this.#eventLoop.start();
  }

  stop(): void {
    this.#eventLoop.stop();
  }

  /** Counts one entry of the relay's own. */
  count(entry: LogEvent): void {
    this.#tally.count(entry);
  }

  /** All of them, in the text format of Prometheus. */
  async text(): Promise<string> {
    if (this.#relay === undefined) return '';
    this.#registry ??= this.#loadRegistry();
    const registry = await this.#registry;
    // Entries are counted when they are complete.
    this.#relay.logs.flush();
    return registry.text(this.#facts(this.#relay));
  }

  /** With the first question: the library takes longer to load than the rest of a relay, and most are never asked. */
  async #loadRegistry(): Promise<MetricRegistry> {
    const { MetricRegistry } = await import('./metric-registry.js');
    return new MetricRegistry(this.#tally);
  }

  #facts(relay: Relay): MetricFacts {
    const { clock, version, backlog } = this.#options;
    const nodes = relay.connectedNodes({ kind: 'operator' });
    const tables = relay.tables();
    return {
      now: clock.now(),
      version,
      tally: this.#tally,
      relay: tables,
      sessions: { controller: tables.sessions - nodes.length, node: nodes.length },
      inFlight: nodes.reduce((sum, node) => sum + node.inFlight, 0),
      queued: nodes.reduce((sum, node) => sum + node.queued, 0),
      log: backlog(),
      eventLoop: this.#eventLoop,
      memory: process.memoryUsage(),
    };
  }
}

export interface RelayMetricsOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** The package's. */
  readonly version: string;
  /** How far the writer of the log is behind. */
  backlog(): MetricFacts['log'];
}
