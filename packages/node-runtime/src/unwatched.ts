import type { DriverDialog, DriverDownload, PageWatcher } from './ports.js';

/** Of a tab that nobody watches: dialogs are dismissed, downloads discarded and pop-ups closed as they come. */
export const UNWATCHED: PageWatcher = {
  gone: () => {},
  dialogOpened: (dialog: DriverDialog) => void dialog.dismiss(),
  stoppedBy: () => {},
  dialogClosed: () => {},
  downloadBegan: (download: DriverDownload) => void download.discard(),
  popupComing: () => undefined,
};
