import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry, OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import { isPassing, withLogApi, type LogReader } from './log-api.js';
import { LogTail, type TailPart } from './log-tail.js';

/** Between two questions: what people still take for at once. */
const POLL_MS = 250;

/** So many answers with nothing new, and the relay is asked whether its clock was set back. */
const QUIET_POLLS = 20;

/** Between two tries to reach a relay that is away. */
const RETRY_MS = 500;

/**
 * Gives each new entry of the log until the signal is aborted. It asks again and again instead of holding a connection:
 * so whatever was logged while the relay was away, or while nobody could be asked, comes with the next answer.
 *
 * @throws OttoError when the first question fails, or what fails later is not of the kind that passes
 */
export async function followLog(context: CommandContext, options: FollowStart, told: Told): Promise<void> {
  let tail: LogTail | undefined;
  let awaySince: number | undefined;
  for (;;) {
    try {
      await withLogApi(context, async (reader) => {
        tail ??= new LogTail({ startAt: Date.parse((await newestOf(reader)) ?? BEGINNING) });
        for (let quietPolls = 0; ; quietPolls += 1) {
          const parts = tail.take(await nextPage(reader, tail, options));
          if (awaySince !== undefined) told.back(Date.now() - awaySince);
          awaySince = undefined;
          if (parts.length > 0) quietPolls = 0;
          else if (quietPolls % QUIET_POLLS === QUIET_POLLS - 1)
            parts.push(...tail.hear((await newestOf(reader)) ?? ''));
          for (const part of parts) told.part(part);
          // Whoever reads slowly is not given more than he takes; the next answer has what came meanwhile.
          await context.io.stdout.drained();
          await sleep(POLL_MS, undefined, { signal: context.io.signal });
        }
      });
    } catch (error) {
      context.io.signal.throwIfAborted();
      if (tail?.since === undefined || !isPassing(error)) throw error;
      if (awaySince === undefined && error.code !== 'too_many_queries') {
        awaySince = Date.now();
        told.away(error);
      }
      await sleep(RETRY_MS, undefined, { signal: context.io.signal });
    }
  }
}

async function nextPage({ api }: LogReader, tail: LogTail, start: FollowStart): Promise<LogEntry[]> {
  const first = { since: start.since ?? BEGINNING, ...(start.latest === undefined ? {} : { latest: start.latest }) };
  return (await api.logs.query(tail.since === undefined ? first : { since: tail.since })).logs;
}

/** When the relay wrote its newest entry, by its own clock. */
async function newestOf({ api }: LogReader): Promise<string | undefined> {
  return (await api.logs.status()).newest;
}

const BEGINNING = '1970-01-01T00:00:00.000Z';

/** What of the log is given before what is new; both must fit. */
export interface FollowStart {
  /** ISO-8601; undefined: from the beginning. */
  readonly since: string | undefined;
  /** Only the newest so many. */
  readonly latest: number | undefined;
}

/** Whoever hears what follows. */
export interface Told {
  part(part: TailPart): void;
  /** The relay does not answer. */
  away(error: OttoError): void;
  /** It answers again after so long; what was logged meanwhile comes now. */
  back(ms: number): void;
}
