import type { PageWatcher } from '@telepat/otto-node-runtime';
import type { PageBody } from './page-body.js';
import type { PageFamily } from './page-family.js';
import type { PopupOpener } from './popup-arrivals.js';

/** A page as the opener of pop-ups: its watcher wants them as long as the tab is there, and its inputs wait for them. */
export function pageOpener(body: PageBody, { watcher, family, life }: OpenerParts): PopupOpener {
  return {
    family,
    popupComing: () => {
      const coming = life.aborted ? undefined : watcher.popupComing();
      return coming === undefined ? undefined : { coming, report: body.settling.popupComing() };
    },
    crash: () => void body.session.send('Page.crash').catch(neverAnswered),
  };
}

/** It crashed, as it was to. */
function neverAnswered(): void {}

interface OpenerParts {
  readonly watcher: PageWatcher;
  readonly family: PageFamily;
  /** Aborted when the tab is gone for good. */
  readonly life: AbortSignal;
}
