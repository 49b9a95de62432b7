import { OttoError } from '@telepat/otto-protocol';
import type { ActionCall } from './node-action.js';
import type { DriverPage } from './ports.js';
import type { ManagedTab } from './tab-registry.js';
import { untilDialog } from './until-dialog.js';

/**
 * Runs what needs an answer of the page: reading, waiting, evaluating. While a dialog is open, and when one opens
 * meanwhile, there is none.
 *
 * `read` must use the call that it is given, not the one around it.
 *
 * @throws OttoError `dialog_open`
 */
export async function readTab<T>(
  { life, page }: Pick<ManagedTab, 'life' | 'page'>,
  call: ActionCall,
  read: (page: DriverPage, guarded: ActionCall) => Promise<T>,
): Promise<T> {
  const end = await untilDialog(life, call, (guarded) => read(page, guarded));
  if (end.wasInterrupted) throw new OttoError('dialog_open');
  life.dialogs.calm();
  return end.value;
}
