import { isErrorCode, errorRow } from '@telepat/otto-protocol';
import { ALL_CHECKS, checksUntil } from './checks.js';
import type { CommandEnd, CommandLife } from './command-life.js';
import { BUDGET_MS_MAX } from './neighbours.js';
import { otherEvent } from './other-events.js';

/** Entries of one type that are told one by one; of more, only how many. */
const TOLD_OF_A_TYPE_MAX = 3;

/**
 * One command's life as steps in plain words.
 *
 * @param surroundings.held who held its tab while it waited; undefined when that is not for the reader to know
 * @param surroundings.now epoch milliseconds
 */
export function explanation(
  life: CommandLife,
  surroundings: { held: readonly CommandLife[] | undefined; now: number },
): Explanation {
  const { queued, routed, end } = life;
  const wasAccepted = queued !== undefined || routed !== undefined;
  const refusal = wasAccepted || end === undefined ? undefined : checksUntil(end.status);
  const steps: Step[] = [{ at: life.firstAt, text: checked(refusal) }];
  if (queued !== undefined) steps.push({ at: queued.at, text: waited(life, surroundings.held) });
  if (routed !== undefined) steps.push({ at: routed.at, text: 'The node had it.' });
  steps.push(...othersOf(life));
  steps.push(end === undefined ? openEnd(life, surroundings.now) : { at: end.at, text: ended(life, end) });
  const advice = end === undefined || end.isGood ? [] : adviceFor(end, { wasRefused: refusal !== undefined });
  return { outcome: outcomeOf(life), steps: inOrder(steps), advice };
}

function checked(refusal: { passed: readonly string[]; failed: string } | undefined): string {
  if (refusal === undefined) return `Checked and found in order: ${ALL_CHECKS.join(', ')}.`;
  const { passed, failed } = refusal;
  const before = passed.length === 0 ? '' : ` In order before that: ${passed.join(', ')}.`;
  return `Refused at a check: ${failed}.${before}`;
}

function waited(life: CommandLife, held: readonly CommandLife[] | undefined): string {
  const { queued, routed, end } = life;
  const place = queued?.place === undefined ? 'in' : `as number ${queued.place} in`;
  const ms = routed?.waitedMs ?? timeBetween(queued?.at, routed?.at ?? end?.at);
  const howLong = ms === undefined ? 'and still waits' : `for ${inWords(ms)}`;
  const behind = held === undefined || held.length === 0 ? '' : `, behind ${held.map(nameOf).join(', then ')}`;
  return `It waited ${place} the queue of its tab ${howLong}${behind}.`;
}

function nameOf({ action, clientId, controllerId, requestId }: CommandLife): string {
  return `${action ?? 'a command'} of ${clientId ?? controllerId ?? 'somebody'} (${requestId})`;
}

function ended({ routed }: CommandLife, end: CommandEnd): string {
  if (end.status === LEFT) return 'Its controller went away while it waited, so it was dropped.';
  const who = whoEnded(routed === undefined, end);
  const atNode = timeBetween(routed?.at, end.at);
  const times = [
    ...(atNode === undefined ? [] : [`${inWords(atNode)} after the node had it`]),
    ...(end.durationMs === undefined ? [] : [`${inWords(end.durationMs)} in all`]),
  ];
  return `${who}: ${end.status}${times.length === 0 ? '' : `, ${times.join(', ')}`}.`;
}

/** Who repeats a durable command gets the outcome that there was; the node hears nothing of it. */
function whoEnded(neverReachedNode: boolean, { by, isDurable }: CommandEnd): string {
  if (by === 'relay') return 'The relay ended it';
  return neverReachedNode && isDurable
    ? 'The relay had the outcome of its idempotency key already'
    : 'The node answered';
}

function openEnd({ firstAt, routed }: CommandLife, now: number): Step {
  const at = routed?.at ?? firstAt;
  const isOver = now - Date.parse(at) > BUDGET_MS_MAX;
  const text = isOver
    ? 'No end is on record, and its time is over: the relay was killed before it could write one. It may have had its effect.'
    : 'It has not ended yet.';
  return { at, text };
}

function othersOf({ others }: CommandLife): Step[] {
  const counts = new Map<string, number>();
  const steps: Step[] = [];
  for (const entry of others) {
    const count = (counts.get(entry.type) ?? 0) + 1;
    counts.set(entry.type, count);
    if (count <= TOLD_OF_A_TYPE_MAX) steps.push({ at: entry.timestamp, text: otherEvent(entry) });
  }
  for (const [type, count] of counts) {
    const last = others.findLast((entry) => entry.type === type);
    if (count <= TOLD_OF_A_TYPE_MAX || last === undefined) continue;
    steps.push({ at: last.timestamp, text: `Also: ${count - TOLD_OF_A_TYPE_MAX} more of ${type}.` });
  }
  return steps;
}

function adviceFor(end: CommandEnd, { wasRefused }: { wasRefused: boolean }): string[] {
  const { status, by } = end;
  const effect = end.effect ?? (wasRefused || status === LEFT ? 'none' : undefined);
  const row = isErrorCode(status) ? errorRow(status) : undefined;
  const said = row === undefined ? [] : [row.message, row.hint];
  const own =
    by === 'node' && row === undefined ? ['The node said so; otto logs list --source node may say more.'] : [];
  return [...said, ...own, ...(effect === undefined ? [] : [EFFECTS[effect === 'none' ? 'none' : 'unknown']])];
}

/** How a command ended whose sender did not stay for its turn. */
const LEFT = 'queued_command_dropped';

const EFFECTS = {
  none: 'It had no effect: it never reached the node, so that it is safe to send it again.',
  unknown: 'It may have had its effect: look at the page before you send it again.',
} as const;

function outcomeOf({ end, routed }: CommandLife): string {
  if (end !== undefined) return end.status;
  return routed === undefined ? 'waiting' : 'running';
}

/** What was logged in the same millisecond stays in the order in which it is told. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  return [...steps].sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
}

function timeBetween(from: string | undefined, to: string | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : Math.max(0, Date.parse(to) - Date.parse(from));
}

function inWords(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

export interface Explanation {
  /** `completed`, an error code, `waiting` or `running`. */
  readonly outcome: string;
  readonly steps: readonly Step[];
  /** What happened and what to do about it, when it failed. */
  readonly advice: readonly string[];
}

export interface Step {
  /** ISO-8601. */
  readonly at: string;
  readonly text: string;
}
