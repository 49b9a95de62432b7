import type { Clock } from '../ports/clock.js';

/** What a node's channel is given. */
export interface ChannelOptions {
  readonly clock: Clock;
  readonly bounds: ChannelBounds;
  /** Who holds the lock of a tab of this node. */
  readonly holderOf: (tabSessionId: string) => object | undefined;
  readonly reportBug: (error: unknown) => void;
}

/** How much may wait in one. */
export interface ChannelBounds {
  readonly tabQueueLimit: number;
  readonly bufferedBytesMax: number;
}
