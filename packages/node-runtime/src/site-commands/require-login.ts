import { OttoError, type AUTH_MODES } from '@telepat/otto-protocol';
import { readablePage } from './driver-site-page.js';
import type { LoginCheckContext, SiteCommand } from './site-command.js';
import type { SitePage } from './site-page.js';

/**
 * Makes sure that somebody is logged in where a command needs it. The check looks at the page as it is; where that does
 * not say yes, `auto` lets it look at the probe page, if there is one, and brings the tab back, also when the probe
 * failed; only a command that is stopped meanwhile leaves it there. `strict_fail` never moves the tab, and `skip` does
 * not look.
 *
 * @throws OttoError `manual_login_required`
 */
export async function requireLogin(command: SiteCommand, mode: AuthMode, call: LoginCall): Promise<void> {
  if (command.requiresAuth !== true || mode === 'skip') return;
  const { login } = command;
  if (login === undefined) throw loginRequired(command, 'and nothing tells whether somebody is logged in');
  const { page, signal, log, ask } = call;
  const context: LoginCheckContext = { page: readablePage(page), signal, log };
  const isLoggedIn = async (): Promise<boolean> => (await ask(async () => await login.isLoggedIn(context))) === true;

  if (await isLoggedIn()) return;
  const { probeUrl } = login;
  if (mode === 'strict_fail') throw loginRequired(command, 'and this page does not show that somebody is');
  if (probeUrl === undefined) throw loginRequired(command);

  const before = await page.url();
  call.onMove();
  try {
    await page.goto(probeUrl);
    if (!(await isLoggedIn())) throw loginRequired(command);
  } catch (failure) {
    await page.goto(before).catch(leaveToFailure);
    throw failure;
  }
  await page.goto(before);
}

/** Why the check did not come to a yes says more than that the way back was closed as well. */
function leaveToFailure(): void {}

function loginRequired({ site }: SiteCommand, detail = ''): OttoError {
  const message = `Somebody must be logged in at ${site}${detail === '' ? '' : `, ${detail}`}.`;
  return new OttoError('manual_login_required', { message });
}

type AuthMode = (typeof AUTH_MODES)[number];

interface LoginCall {
  readonly page: SitePage;
  readonly signal: AbortSignal;
  log(message: string): void;
  /** Runs what a plug-in wrote. */
  ask<T>(question: () => Promise<T>): Promise<T>;
  /** The tab is about to leave the page on which it was found. */
  onMove(): void;
}
