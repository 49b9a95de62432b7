import { encodeFrame, makeFrame, type ExchangeIds, type IdPrefix } from '@telepat/otto-protocol';
import { LISTENER_BUFFERED_BYTES_MAX, LISTENER_UPDATES_HELD_MAX } from '@telepat/otto-protocol/limits';
import type { Clock, Timer } from '@telepat/otto-relay-link';
import type { FrameLimit } from './frame-limit.js';
import type { ListenerUpdate } from './listeners/node-listener.js';

/** What was left out is told so much later, if no update tells it before. */
export const TELL_MISSED_MS = 1_000;

/**
 * One subscription, from its subscribe to its end. Its updates wait until the answer to the subscribe is on its way,
 * because the relay knows it from then on. What cannot be sent is left out and counted, never kept.
 */
export class Subscription {
  readonly requestId: string;
  readonly tabSessionId: string;
  readonly #noticeOfMissed: () => ListenerUpdate;
  readonly #ports: SubscriptionPorts;
  #phase: Phase = { name: 'opening', held: [], lostCount: 0, isEnding: false };
  #stop: (() => Promise<void>) | undefined;
  #missedCount = 0;
  #teller: Timer | undefined;

  constructor(requestId: string, about: SubscriptionSubject, ports: SubscriptionPorts) {
    this.requestId = requestId;
    this.tabSessionId = about.tabSessionId;
    this.#noticeOfMissed = about.noticeOfMissed;
    this.#ports = ports;
  }

  get isOver(): boolean {
    return this.#phase.name === 'over';
  }

  get isOpening(): boolean {
    return this.#phase.name === 'opening';
  }

  /** What stops the capturing when the subscription ends; at once when it has ended already. */
  attach(stop: () => Promise<void>): void {
    this.#stop = stop;
    if (this.isOver) void this.#stopCapturing();
  }

  /** The answer to the subscribe is on its way: what was held follows it. */
  opened(ids: ExchangeIds): void {
    if (this.#phase.name !== 'opening') return;
    const { held, lostCount, isEnding } = this.#phase;
    this.#phase = { name: 'open', ids };
    for (const update of held) this.tell(update);
    if (lostCount > 0) this.missed(lostCount);
    if (isEnding) void this.end();
  }

  tell(update: ListenerUpdate): void {
    const phase = this.#phase;
    if (phase.name === 'over') return;
    if (phase.name === 'opening') {
      if (phase.held.length < LISTENER_UPDATES_HELD_MAX) phase.held.push(update);
      else phase.lostCount += 1;
    } else if (!this.#send(update, phase.ids)) this.missed(1);
  }

  /** What captures has stopped by itself. */
  tellLast(update: ListenerUpdate): void {
    this.#stop = undefined;
    this.tell(update);
    if (this.#phase.name === 'opening') this.#phase.isEnding = true;
    else void this.end();
  }

  /** So many updates are lost. */
  missed(count: number): void {
    if (this.isOver) return;
    this.#missedCount += count;
    this.#teller ??= this.#ports.clock.after(TELL_MISSED_MS, () => {
      this.#teller = undefined;
      if (this.#missedCount > 0) this.tellMissed();
    });
  }

  /**
   * Says that something may be missing, as after a loss of the connection. The relay's answer to it tells whether it
   * knows this subscription still.
   */
  tellMissed(): void {
    // While the connection is away there is nobody to tell; its return is the time for that.
    if (this.#phase.name !== 'open' || !this.#ports.isConnected()) return;
    if (!this.#send(this.#noticeOfMissed(), this.#phase.ids)) this.missed(1);
  }

  /** Ends it without a word; resolves when nothing is captured for it any more. */
  async end(): Promise<void> {
    if (this.isOver) return;
    this.#phase = { name: 'over' };
    this.#teller?.cancel();
    this.#ports.onOver(this);
    await this.#stopCapturing();
  }

  async #stopCapturing(): Promise<void> {
    const stop = this.#stop;
    this.#stop = undefined;
    try {
      await stop?.();
    } catch (error) {
      this.#ports.reportBug(error, this.requestId);
    }
  }

  /** False when it could not be sent. The first size that fits into a frame is the one. */
  #send(update: ListenerUpdate, ids: ExchangeIds): boolean {
    const { clock, newId, bufferedBytes, limit, send } = this.#ports;
    if (bufferedBytes() > LISTENER_BUFFERED_BYTES_MAX) return false;
    const emittedAt = clock.now();
    const facts = {
      eventId: newId('evt'),
      emittedAt,
      ...(this.#missedCount > 0 && { missedCount: this.#missedCount }),
    };
    for (let tried: ListenerUpdate | undefined = update; tried !== undefined; tried = tried.smaller?.()) {
      const { updateType, data } = tried;
      const payload = { type: 'listener_update', data: { ...data, ...facts }, updateType, emittedAt };
      const text = encodeFrame(makeFrame('event', { ...ids, senderRole: 'node', payload }));
      if (!limit.fits(text)) continue;
      if (!send(text)) return false;
      this.#missedCount = 0;
      return true;
    }
    return false;
  }
}

/** What a subscription is to. */
export interface SubscriptionSubject {
  readonly tabSessionId: string;
  /** The update that says that others are missing. */
  noticeOfMissed(): ListenerUpdate;
}

export interface SubscriptionPorts {
  readonly clock: Clock;
  /** What the relay takes. */
  readonly limit: Pick<FrameLimit, 'fits'>;
  newId(prefix: IdPrefix): string;
  /** False when nothing was sent, because there is no connection. */
  send(text: string): boolean;
  isConnected(): boolean;
  bufferedBytes(): number;
  onOver(subscription: Subscription): void;
  reportBug(error: unknown, requestId: string): void;
}

type Phase =
  | { readonly name: 'opening'; readonly held: ListenerUpdate[]; lostCount: number; isEnding: boolean }
  | { readonly name: 'open'; readonly ids: ExchangeIds }
  | { readonly name: 'over' };
