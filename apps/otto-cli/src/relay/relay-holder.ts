import { folderHolder } from '@telepat/otto-relay-host/folder-lock';
import type { Paths } from '../config/paths.js';
import { unlessAborted } from '../interruption.js';

/**
 * The pid of the relay that has the folder of the relay for itself, if one has and answers. It is not waited for once the
 * signal is aborted: one that is suspended takes the question, and does not answer.
 */
export function relayHolder({ relay }: Paths, signal?: AbortSignal): Promise<number | undefined> {
  const asking = folderHolder(relay);
  return signal === undefined ? asking : unlessAborted(signal, asking);
}
