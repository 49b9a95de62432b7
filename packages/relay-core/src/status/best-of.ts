/**
 * The first so many of a row that nobody has sorted, in order, and how long the row is. What does not make it is let go
 * on the way, so that a very long row costs no second one of its length.
 */
export function bestOf<T>(items: Iterable<T>, rowsMax: number, compare: (a: T, b: T) => number): BestOf<T> {
  let rows: T[] = [];
  let count = 0;
  for (const item of items) {
    count += 1;
    rows.push(item);
    if (rows.length >= 2 * rowsMax) rows = rows.sort(compare).slice(0, rowsMax);
  }
  return { rows: rows.sort(compare).slice(0, rowsMax), count };
}

export interface BestOf<T> {
  readonly rows: readonly T[];
  readonly count: number;
}
