import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry, OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import { isPassing, withLogApi, type LogReader } from './log-api.js';
import { LogTail, type TailPart } from './log-tail.js';

/** Between two questions: what people still take for at once. */
const POLL_MS = 250;

/** Between two tries to reach a relay that is away. */
const RETRY_MS = 500;

/**
 * Gives each new entry of the log until the signal is aborted. It asks again and again instead of holding a connection:
 * so whatever was logged while the relay was away, or while nobody could be asked, comes with the next answer.
 *
 * @throws OttoError when the first question fails, or what fails later is not of the kind that passes
 */
export async function followLog(context: CommandContext, options: { latest: number }, told: Told): Promise<void> {
  const tail = new LogTail({ startAt: Date.now() });
  let awaySince: number | undefined;
  for (;;) {
    try {
      await withLogApi(context, async (reader) => {
        for (;;) {
          const page = await nextPage(reader, tail, options);
          if (awaySince !== undefined) told.back(Date.now() - awaySince);
          awaySince = undefined;
          for (const part of tail.take(page)) told.part(part);
          await sleep(POLL_MS, undefined, { signal: context.io.signal });
        }
      });
    } catch (error) {
      context.io.signal.throwIfAborted();
      if (tail.since === undefined || !isPassing(error)) throw error;
      if (awaySince === undefined && error.code !== 'too_many_queries') {
        awaySince = Date.now();
        told.away(error);
      }
      await sleep(RETRY_MS, undefined, { signal: context.io.signal });
    }
  }
}

async function nextPage({ api }: LogReader, tail: LogTail, { latest }: { latest: number }): Promise<LogEntry[]> {
  const { since } = tail;
  const query = since === undefined ? { since: BEGINNING, latest } : { since };
  return (await api.logs.query(query)).logs;
}

const BEGINNING = '1970-01-01T00:00:00.000Z';

/** Whoever hears what follows. */
export interface Told {
  part(part: TailPart): void;
  /** The relay does not answer. */
  away(error: OttoError): void;
  /** It answers again after so long; what was logged meanwhile comes now. */
  back(ms: number): void;
}
