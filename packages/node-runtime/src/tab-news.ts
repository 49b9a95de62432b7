import type { ShownDialog } from './tab-dialogs.js';
import type { ShownDownload } from './tab-downloads.js';
import type { ShownPopup } from './tab-popups.js';
import type { ManagedTab } from './tab-registry.js';

/** What a tab has to tell to the next outcome that can: as `newsFields` of the protocol. Downloads and pop-ups are told by this. */
export function newsOf({ life }: Pick<ManagedTab, 'life'>): TabNews {
  const dialog = life.dialogs.shown;
  const downloads = life.downloads.takeNews();
  const popups = life.popups.takeUntold();
  return {
    ...(dialog === undefined ? {} : { dialog }),
    ...(downloads.length === 0 ? {} : { downloads }),
    ...(popups.length === 0 ? {} : { popups }),
  };
}

/** The fields that an outcome has only when there is something to tell. */
export interface TabNews {
  dialog?: ShownDialog;
  downloads?: ShownDownload[];
  popups?: ShownPopup[];
}
