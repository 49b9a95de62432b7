import { OttoError } from '@telepat/otto-protocol';
import type { StatusReport } from './status-report.js';

/** How long what is shown may be out of date. */
export const WATCH_MS = 1_000;

/**
 * Shows the status anew after each pause, until the pause is given up. A relay that goes away between being found and
 * being asked is asked again, because the next look says what became of it.
 */
export async function watchStatus(watch: StatusWatch): Promise<never> {
  for (;;) {
    const report = await reportIfReached(watch);
    if (report !== undefined) watch.show(report);
    await watch.pause();
  }
}

async function reportIfReached({ look }: StatusWatch): Promise<StatusReport | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof OttoError && error.retryable) return undefined;
    throw error;
  }
}

export interface StatusWatch {
  look(): Promise<StatusReport>;
  show(report: StatusReport): void;
  /** Rejects when nobody watches any more. */
  pause(): Promise<unknown>;
}
