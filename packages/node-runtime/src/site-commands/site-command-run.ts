import type { AUTH_MODES } from '@telepat/otto-protocol';
import { SITE_COMMAND_MESSAGE_LENGTH_MAX } from '@telepat/otto-protocol/limits';
import { abortReason } from '../abort-reason.js';
import type { ActionCall } from '../node-action.js';
import { requireAtSite } from '../at-site.js';
import { requireHostRule } from '../host-rule.js';
import type { DriverPage } from '../ports.js';
import { untilAborted } from '../until-aborted.js';
import { bringToHost } from './bring-to-host.js';
import { checkCommandInput } from './check-command-input.js';
import { DriverSitePage } from './driver-site-page.js';
import { PageLease } from './page-lease.js';
import { requireLogin } from './require-login.js';
import { SiteCommandError } from './site-command-error.js';
import { siteCommandFailure } from './site-command-failure.js';
import type { SiteCommand, SiteCommandContext } from './site-command.js';

/** One run of a site command: the checks in their order, and the command's own work. */
export class SiteCommandRun {
  readonly #command: SiteCommand;
  readonly #request: SiteCommandRequest;
  readonly #call: ActionCall;
  readonly #progress: SiteCommandProgress;

  /** `call` ends with the command's time. */
  constructor({ command, request, progress }: SiteCommandRunParts, call: ActionCall) {
    this.#command = command;
    this.#request = request;
    this.#progress = progress;
    this.#call = call;
  }

  /** Checks, and runs in a tab. The command holds the tab no longer than this promise takes. */
  async in(driverPage: DriverPage): Promise<unknown> {
    const lease = new PageLease(driverPage, this.#call);
    lease.begin();
    try {
      return await this.#steps(driverPage, new DriverSitePage(lease));
    } finally {
      await lease.end();
    }
  }

  /** The order is a promise: whoever fails at a step has passed those before it, and nothing of those after it was done. */
  async #steps(driverPage: DriverPage, page: DriverSitePage): Promise<unknown> {
    const { authMode = 'auto', input: given = {} } = this.#request;
    const command = this.#command;
    const { signal } = this.#call;
    requireAtSite(driverPage.url(), { site: command.site, isAtSite: requireHostRule(command.site, 'site') });
    const input = checkCommandInput(command, given);
    const log = (message: string): void => this.#write(message);
    const onMove = (): void => this.#moves();
    await requireLogin(command, authMode, { page, signal, log, onMove, ask: (question) => this.#ask(question) });
    await bringToHost(command, page, onMove);

    // The last step may have ended as if nothing had happened.
    if (signal.aborted) throw abortReason(signal);
    this.#progress.mayHaveEffect = true;
    const { tabSessionId } = this.#request;
    const context = { input, page, signal, log, fail, ...(tabSessionId === undefined ? {} : { tabSessionId }) };
    return await this.#ask(async () => asJson(await this.#hook(context)));
  }

  #hook(context: SiteCommandContext): unknown {
    const command = this.#command;
    const isTest = this.#request.hook === 'test' && command.test !== undefined;
    return isTest ? command.test?.(context) : command.execute(context);
  }

  /** Runs what a plug-in wrote. Its errors become what a controller is told; the host's log has their stack. */
  async #ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await untilAborted(work(), this.#call.signal);
    } catch (thrown) {
      const failure = siteCommandFailure(thrown);
      // The driver met a bug, and the command only passed it on.
      if (failure.code === 'internal_error' && failure.cause instanceof Error) throw failure.cause;
      if (failure !== thrown && failure.code === 'script_failed') {
        const { code } = failure;
        this.#call.tools.log({ level: 'warn', type: 'site_command_failed', ...this.#ids(), code, error: thrown });
      }
      throw failure;
    }
  }

  /** A temporary tab may go where it wants: it is nobody's. */
  #moves(): void {
    if (this.#request.tabSessionId !== undefined) this.#progress.mayHaveEffect = true;
  }

  #write(message: unknown): void {
    const text = String(message).slice(0, SITE_COMMAND_MESSAGE_LENGTH_MAX);
    this.#call.tools.log({ level: 'info', type: 'site_command_log', ...this.#ids(), message: text });
  }

  #ids(): { requestId: string; site: string; command: string } {
    return { requestId: this.#call.requestId, site: this.#command.site, command: this.#command.id };
  }
}

function fail(code: string, message: string): never {
  throw new SiteCommandError(code, message);
}

/** What goes over the wire, so that nothing else can come of it later. */
function asJson(value: unknown): unknown {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    throw new Error(`The result cannot be written as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** How far a command came. */
export interface SiteCommandProgress {
  /** It began its work, or moved a tab of its controller's. */
  mayHaveEffect: boolean;
}

/** One run of a command. */
export interface SiteCommandRunParts {
  readonly command: SiteCommand;
  readonly request: SiteCommandRequest;
  readonly progress: SiteCommandProgress;
}

/** What is to be run, and how. */
export interface SiteCommandRequest {
  readonly hook: 'execute' | 'test';
  readonly site: string;
  readonly command: string;
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  readonly authMode?: (typeof AUTH_MODES)[number] | undefined;
  readonly tabSessionId?: string | undefined;
  readonly __controllerClientId?: string | undefined;
}
