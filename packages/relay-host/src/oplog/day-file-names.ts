/** Days of UTC have no other length: leap seconds are not counted. */
export const DAY_MS = 86_400_000;

const NAME = /^operations-(\d{4}-\d{2}-\d{2})(?:-(\d{1,6}))?\.jsonl$/;

/** The UTC day of a time, as in `2026-01-31`. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The file of a day. */
export function dayFileName(day: string): string {
  return `operations-${day}.jsonl`;
}

/** The log files among the names of a folder, newest first. Anything else there is not ours. */
export function newestDayFiles(names: readonly string[]): DayFile[] {
  const files = names.flatMap((name) => {
    const [, day, part = '0'] = NAME.exec(name) ?? [];
    return day === undefined || Number.isNaN(Date.parse(day)) ? [] : [{ name, day, part: Number(part) }];
  });
  return files.sort((left, right) => right.day.localeCompare(left.day) || right.part - left.part);
}

/** How many days ago a day was, at a time. */
export function daysSince(day: string, now: number): number {
  return Math.round((Date.parse(dayOf(now)) - Date.parse(day)) / DAY_MS);
}

export interface DayFile {
  readonly name: string;
  readonly day: string;
  /** 0 for the first file of a day, then counting up. */
  readonly part: number;
}
