import { LOG_LEVELS, LOG_TYPES, isErrorCode, type LogLevel } from '@telepat/otto-protocol';
import type { LogEvent } from '@telepat/otto-relay-core';
import { ACTION_GROUPS, actionGroupOf, type ActionGroup } from './action-group.js';
import { COMMAND_OUTCOMES, commandOutcomeOf, type CommandOutcomeLabel } from './command-outcome.js';
import { TimeBuckets } from './time-buckets.js';

/** Counts what the relay writes about itself. Every map has its keys from the start, so that no peer can add one. */
export class RelayTally {
  readonly entries = zeros<LogLevel>(LOG_LEVELS);
  readonly events = zeros<string>(LOG_TYPES);
  readonly outcomes = new Map(ACTION_GROUPS.map((group) => [group, zeros<CommandOutcomeLabel>(COMMAND_OUTCOMES)]));
  readonly waits = new Map(ACTION_GROUPS.map((group) => [group, new TimeBuckets()]));
  readonly runs = new Map(ACTION_GROUPS.map((group) => [group, new TimeBuckets()]));
  /** By code of the catalogue, as far as they occurred. */
  readonly refusals = new Map<string, number>();
  listenerUpdates = 0;
  listenerUpdatesDropped = 0;

  /** Counts one entry of the relay's own. */
  count(entry: LogEvent): void {
    const { type } = entry;
    add(this.entries, entry.level, 1);
    add(this.events, type, 1);
    switch (type) {
      case 'command_routed':
        this.#addTime(this.waits, actionGroupOf(entry.action), entry.data?.['waitedMs']);
        return;
      case 'result':
      case 'error':
      case 'controller_acl_denied':
        // Whatever ended a command for its sender says how long it took; a refusal came before anything began.
        if (entry.durationMs !== undefined) this.#countEnd(entry);
        else if (entry.source === 'relay') this.#countRefusal(entry.status);
        return;
      case 'queued_command_dropped':
        this.#countEnd(entry);
        return;
      case 'listener_update':
        this.listenerUpdates += numberOf(entry.data?.['count']) ?? 0;
        this.listenerUpdatesDropped += numberOf(entry.data?.['dropped']) ?? 0;
        return;
      default:
        return;
    }
  }

  #countEnd(entry: LogEvent): void {
    const group = actionGroupOf(entry.action);
    const outcomes = this.outcomes.get(group);
    if (outcomes !== undefined) add(outcomes, commandOutcomeOf(entry), 1);
    const waitedMs = numberOf(entry.data?.['waitedMs']);
    if (waitedMs !== undefined && entry.durationMs !== undefined) {
      this.#addTime(this.runs, group, entry.durationMs - waitedMs);
    }
  }

  #countRefusal(code = ''): void {
    const label = isErrorCode(code) ? code : 'other';
    this.refusals.set(label, (this.refusals.get(label) ?? 0) + 1);
  }

  #addTime(times: ReadonlyMap<ActionGroup, TimeBuckets>, group: ActionGroup, ms: unknown): void {
    const known = numberOf(ms);
    if (known !== undefined) times.get(group)?.add(Math.max(known, 0));
  }
}

function zeros<K extends string>(keys: readonly K[]): Map<K, number> {
  return new Map(keys.map((key) => [key, 0]));
}

/** Only known keys are counted. */
function add<K>(counts: Map<K, number>, key: K, count: number): void {
  const before = counts.get(key);
  if (before !== undefined) counts.set(key, before + count);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
