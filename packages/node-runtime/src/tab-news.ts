import type { ShownDialog } from './tab-dialogs.js';
import type { ManagedTab } from './tab-registry.js';

/** What a tab has to tell to the next outcome that can: as `newsFields` of the protocol. */
export function newsOf({ life }: Pick<ManagedTab, 'life'>): TabNews {
  const dialog = life.dialogs.shown;
  return { ...(dialog === undefined ? {} : { dialog }) };
}

/** The fields that an outcome has only when there is something to tell. */
export interface TabNews {
  dialog?: ShownDialog;
}
