/** Days of UTC have no other length: leap seconds are not counted. */
const DAY_MS = 86_400_000;

/** The one log file of old builds; older than every day file. */
const OLD_FILE_NAME = 'operations.jsonl';

const NAME = /^operations-(\d{4}-\d{2}-\d{2})(?:-([1-9]\d{0,8}))?\.jsonl$/;

/** A file of a day: the first one is part 0, and further ones count up. */
export function dayFileName(day: string, part: number): string {
  return part === 0 ? `operations-${day}.jsonl` : `operations-${day}-${part}.jsonl`;
}

/** What a name in the folder says, if it is that of a log file. Anything else there is not ours. */
export function dayFileOf(name: string): DayFile | undefined {
  if (name === OLD_FILE_NAME) return { name, day: '', part: 0 };
  const [, day, part = '0'] = NAME.exec(name) ?? [];
  return day === undefined || !isDay(day) ? undefined : { name, day, part: Number(part) };
}

/** The 30th of February would be taken for a day of March. */
function isDay(text: string): boolean {
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** Sorts files newest first. */
export function byAge(left: DayFile, right: DayFile): number {
  // Comparing by the rules of a language would load them first, which takes longer than reading a folder.
  if (left.day !== right.day) return left.day < right.day ? 1 : -1;
  return right.part - left.part;
}

/** How many days ago a day was, at a time. */
export function daysSince(day: string, now: number): number {
  return Math.round((Math.floor(now / DAY_MS) * DAY_MS - Date.parse(day)) / DAY_MS);
}

export interface DayFile {
  readonly name: string;
  /** Empty for the file of old builds, which has entries of any day before all others. */
  readonly day: string;
  /** 0 for the first file of a day, then counting up. */
  readonly part: number;
}
