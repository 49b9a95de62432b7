import { Counter, Gauge, Registry } from 'prom-client';
import { METRICS, type MetricFacts, type MetricRow } from './metric-table.js';
import type { RelayTally } from './relay-tally.js';
import { TalliedHistogram } from './tallied-histogram.js';

/** The table of metrics, as the metrics' library writes it out. In a file of its own, which is loaded when it is needed. */
export class MetricRegistry {
  readonly #registry = new Registry();
  readonly #readings: ((facts: MetricFacts) => void)[] = [];

  constructor(tally: RelayTally) {
    for (const [name, row] of Object.entries(METRICS)) this.#add(name, row, tally);
  }

  /** All of it, in the text format of Prometheus. */
  text(facts: MetricFacts): Promise<string> {
    for (const read of this.#readings) read(facts);
    return this.#registry.metrics();
  }

  #add(name: string, row: MetricRow, tally: RelayTally): void {
    const { help } = row;
    if (row.type === 'histogram') {
      this.#registry.registerMetric(new TalliedHistogram({ name, help }, row.times(tally)));
      return;
    }
    const configuration = { name, help, labelNames: [...(row.labels ?? [])], registers: [this.#registry] };
    const metric = row.type === 'counter' ? new Counter(configuration) : new Gauge(configuration);
    this.#readings.push((facts) => {
      metric.reset();
      for (const { value, labels = {} } of row.read(facts)) metric.inc(labels, value);
    });
  }
}
