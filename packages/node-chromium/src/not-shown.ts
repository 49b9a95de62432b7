import { OttoError } from '@telepat/otto-protocol';
import { namedFailure } from './named-failure.js';
import { within } from './until.js';

/**
 * Why the browser could not draw a page, which is never a bug: the page goes elsewhere, or crashes. Of one that crashes
 * the browser first tells that it could not be drawn, so that its end is waited for.
 *
 * @throws OttoError the reason of a signal that aborted, `script_failed` with `message` otherwise.
 */
export async function notShown(error: unknown, message: string, signals: readonly AbortSignal[]): Promise<never> {
  const failure = namedFailure(error);
  if (failure.code !== 'internal_error') throw failure;
  await within(END_TOLD_MS_MAX, new Promise<never>(() => {}), signals);
  throw new OttoError('script_failed', { message }, { cause: error });
}

const END_TOLD_MS_MAX = 1_000;
