import { OttoError, siteCommandTimeoutMs } from '@telepat/otto-protocol';
import type { Timer } from '@telepat/otto-relay-link';
import { abortWith } from '../abort-with.js';
import type { ActionCall } from '../node-action.js';
import type { SiteCommand } from './site-command.js';

/** The time that a command has by its own policy, within that of whoever sent it. */
export class TimeLimit {
  /** The call within the limit. */
  readonly call: ActionCall;
  readonly #call: ActionCall;
  readonly #policyMs: number | undefined;
  readonly #stop = new AbortController();
  #leave = (): void => undefined;
  #endsAt = Number.POSITIVE_INFINITY;
  #timer: Timer | undefined;

  constructor({ timeoutPolicy }: SiteCommand, input: Readonly<Record<string, unknown>> | undefined, call: ActionCall) {
    this.#call = call;
    this.call = { ...call, signal: this.#stop.signal, msLeft: () => this.#msLeft() };
    this.#policyMs = siteCommandTimeoutMs(timeoutPolicy, input);
  }

  begin(): void {
    const { signal, tools } = this.#call;
    this.#leave = abortWith(signal, this.#stop);
    const ms = this.#policyMs;
    if (ms === undefined) return;
    this.#endsAt = tools.clock.ticks() + ms;
    const message = `The site command took longer than the ${ms} ms that it has by its own timeoutPolicy.`;
    this.#timer = tools.clock.after(ms, () => this.#stop.abort(new OttoError('command_timed_out', { message })));
  }

  end(): void {
    this.#timer?.cancel();
    this.#leave();
  }

  #msLeft(): number {
    return Math.max(0, Math.min(this.#call.msLeft(), this.#endsAt - this.#call.tools.clock.ticks()));
  }
}
