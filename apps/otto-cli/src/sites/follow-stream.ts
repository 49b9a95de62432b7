import { OttoError } from '@telepat/otto-protocol';
import type { CommandStream, StreamUpdate, Updates } from '@telepat/otto-sdk';
import type { CommandContext } from '../context.js';

/** How long a stream is followed that nobody named a time for. */
const FOLLOW_MS_DEFAULT = 10_000;

/**
 * Prints the updates of a stream, a line each, until its time is over or Ctrl+C is pressed; a probe ends with the first
 * one. Then the stream is cancelled, and it resolves when that is so.
 *
 * @throws OttoError `wait_timed_out` when a probe had none; why the stream ended, if it did so by itself.
 */
export async function followStream(context: CommandContext, stream: CommandStream, wish: StreamWish): Promise<void> {
  const { updates } = stream;
  if (updates === undefined) {
    if (wish.isProbe) throw noUpdate('The command declares no listeners.');
    return;
  }
  const { signal } = context.io;
  const stop = (): void => void stream.cancel();
  signal.addEventListener('abort', stop, { once: true });
  let timer: NodeJS.Timeout | undefined;
  try {
    if (signal.aborted) return;
    await updates.ready.catch(toldByUpdates);
    if (!wish.waitsForInterrupt) timer = setTimeout(stop, wish.followMs ?? FOLLOW_MS_DEFAULT);
    const count = await printUpdates(context, updates, wish);
    if (wish.isProbe && count === 0) signal.throwIfAborted();
    if (wish.isProbe && count === 0) throw noUpdate('The stream began, and nothing came in time.');
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    await stream.cancel();
  }
}

async function printUpdates(
  { output, io }: CommandContext,
  updates: Updates<StreamUpdate>,
  { isProbe }: StreamWish,
): Promise<number> {
  let count = 0;
  for await (const update of updates) {
    const { listener, updateType, data } = update;
    output.answer(update, `${updateType ?? listener} ${JSON.stringify(data)}`);
    await io.stdout.drained();
    count += 1;
    if (isProbe) break;
  }
  return count;
}

function noUpdate(message: string): OttoError {
  return new OttoError('wait_timed_out', {
    message,
    actionableHint: 'Look at the listeners in data.stream, or allow more --stream-follow-ms.',
  });
}

/** Whoever reads the updates gets the same error. */
function toldByUpdates(): void {}

/** How a stream is to be followed. */
export interface StreamWish {
  readonly followMs: number | undefined;
  readonly isProbe: boolean;
  readonly waitsForInterrupt: boolean;
}
