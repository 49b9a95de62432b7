import type { LeftSecret } from '../config/secret-store.js';
import type { CommandContext } from '../context.js';

/** Says that a secret could not be taken out of the keychain, so that somebody else can do it. */
export function tellLeftSecret(output: CommandContext['output'], left: LeftSecret | undefined): void {
  if (left === undefined) return;
  output.note(`otto: the secret of ${left.clientId} stays in the keychain, under Otto: ${left.problem}.`);
}
