import { OttoError, type ExchangeIds } from '@telepat/otto-protocol';
import { LISTENERS_PER_NODE_MAX, LISTENERS_PER_TAB_MAX } from '@telepat/otto-protocol/limits';
import { Subscription, type SubscriptionPorts, type SubscriptionSubject } from './subscription.js';

/** The live subscriptions of a node, each under the `requestId` of its subscribe. */
export class ListenerTable {
  readonly #ports: Omit<SubscriptionPorts, 'onOver'>;
  readonly #live = new Map<string, Subscription>();

  constructor(ports: Omit<SubscriptionPorts, 'onOver'>) {
    this.#ports = ports;
  }

  /**
   * Takes a place for a subscription, before anything is captured for it. One of the same id that the relay has
   * forgotten gives way.
   *
   * @throws OttoError `too_many_listeners`
   */
  begin(requestId: string, about: SubscriptionSubject): Subscription {
    void this.#live.get(requestId)?.end();
    this.#requireRoom(about.tabSessionId);
    const subscription = new Subscription(requestId, about, {
      ...this.#ports,
      onOver: (over) => {
        if (this.#live.get(requestId) === over) this.#live.delete(requestId);
      },
    });
    this.#live.set(requestId, subscription);
    return subscription;
  }

  /** The outcome of a command was given away: a subscribe that went well is open from here on, any other is over. */
  outcomeGiven(ids: ExchangeIds, { isOk }: { isOk: boolean }): void {
    const subscription = this.#live.get(ids.requestId);
    if (subscription?.isOpening !== true) return;
    if (isOk) subscription.opened(ids);
    else void subscription.end();
  }

  /** Ends a subscription; false when there is none of this id any more. */
  async end(requestId: string): Promise<boolean> {
    const subscription = this.#live.get(requestId);
    await subscription?.end();
    return subscription !== undefined;
  }

  /** The relay has no receiver for an update: its subscription ends. False when what it said is about something else. */
  refused(requestId: string, code: string | undefined): boolean {
    if (code === undefined || !REFUSALS.has(code)) return false;
    void this.#live.get(requestId)?.end();
    return true;
  }

  /** The connection was away and is back: the relay may have kept the subscriptions, or may not. */
  linkReturned(): void {
    for (const subscription of [...this.#live.values()]) subscription.tellMissed();
  }

  /** Ends all; resolves when nothing is captured any more. */
  async endAll(): Promise<void> {
    await Promise.all([...this.#live.values()].map((subscription) => subscription.end()));
  }

  #requireRoom(tabSessionId: string): void {
    if (this.#live.size >= LISTENERS_PER_NODE_MAX) {
      throw new OttoError('too_many_listeners', { message: 'This node has as many listeners as it may.', ...NOTHING });
    }
    let ofTab = 0;
    for (const subscription of this.#live.values()) if (subscription.tabSessionId === tabSessionId) ofTab += 1;
    if (ofTab < LISTENERS_PER_TAB_MAX) return;
    throw new OttoError('too_many_listeners', { message: 'This tab has as many listeners as it may.', ...NOTHING });
  }
}

const NOTHING = { effect: 'none' } as const;

/** What the relay answers to an update that it has no receiver for (PROTOCOL.md, "Listeners and streams"). */
const REFUSALS: ReadonlySet<string> = new Set([
  'listener_not_found',
  'listener_node_mismatch',
  'listener_owner_mismatch',
]);
