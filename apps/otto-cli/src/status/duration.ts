const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/**
 * A time in words, by its two largest units.
 *
 * @example duration(3_725_000) // '1 h 2 min'
 */
export function duration(ms: number): string {
  let left = Math.max(0, Math.floor(ms / 1_000));
  const parts = UNITS.map(([unit, seconds]) => {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    return { unit, count };
  });
  const first = parts.findIndex(({ count }) => count > 0);
  const shown = first === -1 ? parts.slice(-1) : parts.slice(first, first + 2);
  return shown.map(({ unit, count }) => `${count} ${unit}`).join(' ');
}
