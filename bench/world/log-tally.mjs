import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a command leaves in the log. */
export const ENTRY_TYPES = /** @type {const} */ (['command_routed', 'command_queued', 'result']);

const MARKS = ENTRY_TYPES.map((type) => ({ type, mark: Buffer.from(`"type":"${type}"`) }));

/** The longest part of a mark that the end of a read may have cut off. */
const OVERLAP_BYTES = Math.max(...MARKS.map(({ mark }) => mark.length)) - 1;

/**
 * How many entries of each type the log files of a relay hold.
 * @param {string} folder
 * @returns {Promise<EntryCounts>}
 */
export async function entriesIn(folder) {
  const counts = { command_routed: 0, command_queued: 0, result: 0 };
  for (const name of readdirSync(folder).filter((file) => /^operations-.*\.jsonl$/.test(file))) {
    let rest = Buffer.alloc(0);
    for await (const part of createReadStream(join(folder, name), { highWaterMark: 1024 * 1024 })) {
      const bytes = Buffer.concat([rest, /** @type {Buffer} */ (part)]);
      for (const { type, mark } of MARKS) counts[type] += occurrences(bytes, mark);
      rest = bytes.subarray(Math.max(0, bytes.length - OVERLAP_BYTES));
      // What lies wholly in the rest is found again with the next part.
      for (const { type, mark } of MARKS) counts[type] -= occurrences(rest, mark);
    }
    for (const { type, mark } of MARKS) counts[type] += occurrences(rest, mark);
  }
  return counts;
}

/**
 * @param {Buffer} bytes
 * @param {Buffer} mark
 */
function occurrences(bytes, mark) {
  let count = 0;
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + mark.length)) count += 1;
  return count;
}

/** @typedef {Record<typeof ENTRY_TYPES[number], number>} EntryCounts */
