import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const DAY_MS = 86_400_000;
const WRITE_BYTES = 1024 * 1024;
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** What a command leaves in the log, with the level, who acted, and how long after the command. */
const STEPS = /** @type {const} */ ([
  { type: 'command_routed', level: 'info', source: 'controller', afterMs: 0 },
  { type: 'result', level: 'info', source: 'node', afterMs: 180, status: 'completed', durationMs: 176 },
  { type: 'command_queued', level: 'info', source: 'controller', afterMs: 181 },
  { type: 'lock_conflict', level: 'warn', source: 'controller', afterMs: 182 },
]);

/**
 * An archive such as a busy relay leaves: the same number of entries on each of the days before today.
 *
 * @param {string} folder
 * @param {{ days: number, entries: number }} size
 * @returns {{ bytes: number, oldRequestId: string }} with a request of the first hour of the oldest day
 */
export function writeArchive(folder, { days, entries }) {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const perDay = Math.floor(entries / days);
  let bytes = 0;
  let number = 0;
  for (let day = days; day > 0; day--) {
    const startsAt = today - day * DAY_MS;
    const file = openSync(join(folder, `operations-${new Date(startsAt).toISOString().slice(0, 10)}.jsonl`), 'w');
    let text = '';
    for (let index = 0; index < perDay; index++) {
      text += `${JSON.stringify(entryOf(number++, startsAt + Math.floor((index * DAY_MS) / perDay)))}\n`;
      if (text.length < WRITE_BYTES && index < perDay - 1) continue;
      bytes += writeSync(file, text);
      text = '';
    }
    closeSync(file);
  }
  return { bytes, oldRequestId: requestIdOf(STEPS.length * 1_000) };
}

/**
 * @param {number} number
 * @param {number} time
 */
function entryOf(number, time) {
  const step = STEPS[number % STEPS.length] ?? STEPS[0];
  const { afterMs: _afterMs, type, level, source, ...outcome } = step;
  const data =
    type === 'result' ? { dataBytes: 400 + (number % 9_000), keys: ['url', 'title'] } : { tab: tabOf(number) };
  return {
    id: `${textOf(time, 10)}${textOf(number * 7_919, 16)}`,
    timestamp: new Date(time).toISOString(),
    level,
    source,
    type,
    requestId: requestIdOf(number),
    nodeId: `node_${textOf(number % 5, 12)}`,
    clientId: `clt_${textOf(number % 40, 22)}`,
    controllerId: `ctl_${textOf(number % 160, 22)}`,
    action: 'primitive.dom.extract_text',
    ...outcome,
    data,
  };
}

/**
 * The steps of one command share it.
 * @param {number} number
 */
function requestIdOf(number) {
  return `req_${textOf(Math.floor(number / STEPS.length) + 1_000_000, 22)}`;
}

/** @param {number} number */
function tabOf(number) {
  return `tab_${textOf(number % 300, 22)}`;
}

/**
 * A number as so many letters.
 * @param {number} number
 * @param {number} length
 */
function textOf(number, length) {
  let text = '';
  for (let rest = number; text.length < length; rest = Math.floor(rest / 32)) text = LETTERS.charAt(rest % 32) + text;
  return text;
}
