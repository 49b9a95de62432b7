import { actedOn, type Acted } from './acted-on.js';
import type { ActionCall } from './node-action.js';
import type { DriverPage } from './ports.js';
import type { ManagedTab } from './tab-registry.js';
import { untilDialog } from './until-dialog.js';

/**
 * Acts on a page or navigates it, and tells where the tab is then and what came of it. A dialog that opens meanwhile is
 * something that came of it: the outcome is a success that shows the dialog, which waits for its answer.
 *
 * `act` must use the call that it is given, not the one around it. What it gives is part of the outcome, unless a
 * dialog came first.
 *
 * @throws OttoError `dialog_open` with effect `none` when one is open already.
 *
 * @example
 * const click = (page: DriverPage, { signal }: ActionCall) => page.act(input, { waitMs, signal });
 * return actOnTab(requireTab(tabSessionId, call.tools), call, click);
 */
export async function actOnTab(
  tab: Pick<ManagedTab, 'life' | 'page' | 'tabSessionId'>,
  call: ActionCall,
  act: (page: DriverPage, guarded: ActionCall) => Promise<PageTold | void>,
): Promise<Acted & Pick<PageTold, 'status'>> {
  const end = await untilDialog(tab.life, call, (guarded) => act(tab.page, guarded));
  if (!end.wasInterrupted) tab.life.dialogs.calm();
  const { status, ...told }: PageTold = (end.wasInterrupted ? undefined : end.value) ?? {};
  return { ...(status === undefined ? {} : { status }), ...(await actedOn(tab, call, told)) };
}

/** What the driver tells by itself. */
interface PageTold {
  readonly status?: number;
  readonly title?: string;
}
