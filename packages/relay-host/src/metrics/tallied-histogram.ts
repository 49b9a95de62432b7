import { Histogram } from 'prom-client';
import { BUCKETS_MS, type TimeBuckets } from './time-buckets.js';

/**
 * A histogram of the metrics' library over times that were counted elsewhere. Its own `observe` costs half a
 * microsecond, twice for every command, where counting costs a hundredth of that; so the numbers are handed over when
 * they are asked for. Seconds, as is the custom.
 */
export class TalliedHistogram extends Histogram<'group'> {
  readonly #name: string;
  /** An empty one, which knows how histograms are described. */
  readonly #shape: Histogram<'group'>;
  readonly #times: ReadonlyMap<string, TimeBuckets>;

  constructor(facts: { name: string; help: string }, times: ReadonlyMap<string, TimeBuckets>) {
    super({ ...facts, labelNames: ['group'], registers: [] });
    this.#name = facts.name;
    this.#shape = new Histogram({ ...facts, registers: [] });
    this.#times = times;
  }

  override async get(): ReturnType<Histogram<'group'>['get']> {
    const empty = await this.#shape.get();
    return { ...empty, values: [...this.#times].flatMap(([group, times]) => this.#valuesOf(group, times)) };
  }

  /** What the registry asks for; its own `get` is for other formats. */
  getForPromString(): ReturnType<Histogram<'group'>['get']> {
    return this.get();
  }

  #valuesOf(group: string, { counts, sumMs }: TimeBuckets): Sample[] {
    const name = this.#name;
    const samples: Sample[] = [];
    let total = 0;
    for (const [index, count] of counts.entries()) {
      total += count;
      const end = BUCKETS_MS[index];
      const le = end === undefined ? '+Inf' : String(end / 1_000);
      samples.push({ metricName: `${name}_bucket`, labels: { le, group }, value: total });
    }
    samples.push({ metricName: `${name}_sum`, labels: { group }, value: sumMs / 1_000 });
    samples.push({ metricName: `${name}_count`, labels: { group }, value: total });
    return samples;
  }
}

interface Sample {
  readonly metricName: string;
  readonly labels: { readonly group: string; readonly le?: string };
  readonly value: number;
}
