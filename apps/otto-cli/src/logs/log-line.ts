import type { LogEntry, LogLevel } from '@telepat/otto-protocol';
import type { Ink } from '../ink.js';
import { factsOf } from './entry-facts.js';
import { shortId } from './short-id.js';

const LEVEL_WIDTH = 5;
const SOURCE_WIDTH = 10;
const TYPE_WIDTH = 20;

/**
 * One entry as a line for people: when, how bad, who acted, what, and the facts. Everything in it comes from elsewhere
 * and is made plain by the ink.
 */
export function logLine(entry: LogEntry, options: { ink: Ink; fullIds: boolean }): string {
  const { ink, fullIds } = options;
  const { timestamp, level, source, type, action } = entry;
  const head = [level.padEnd(LEVEL_WIDTH), source.padEnd(SOURCE_WIDTH), type.padEnd(TYPE_WIDTH)].join(' ');
  const ids = idsOf(entry).map(([name, id]) => `${name} ${fullIds ? id : shortId(id)}`);
  const said = [action, factsOf(entry)].filter((text) => text !== undefined && text !== '').join(' ');
  const parts = [
    ink.dim(timestamp),
    paint(ink, level, head),
    oneLine(ink.plain(said)),
    ink.dim(oneLine(ids.join('  '))),
  ];
  return parts
    .filter((part) => part !== '')
    .join('  ')
    .trimEnd();
}

function idsOf({ requestId, nodeId, clientId, controllerId, data }: LogEntry): (readonly [string, string])[] {
  const tab = data?.['tabSessionId'];
  const rows = [
    ['node', nodeId],
    ['tab', typeof tab === 'string' ? tab : undefined],
    ['client', clientId ?? controllerId],
    ['request', requestId],
  ] as const;
  return rows.flatMap(([name, id]) => (id === undefined ? [] : [[name, id] as const]));
}

function paint(ink: Ink, level: LogLevel, text: string): string {
  switch (level) {
    case 'error':
      return ink.red(text);
    case 'warn':
      return ink.yellow(text);
    case 'debug':
      return ink.dim(text);
    case 'info':
      return ink.plain(text);
  }
}

/** An entry stays one line, whatever a node wrote into it. */
function oneLine(text: string): string {
  return text.replace(/\s*[\n\t\u2028\u2029]\s*/g, ' ');
}
