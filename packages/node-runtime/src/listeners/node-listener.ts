import type { ActionCall } from '../node-action.js';

/** Something that can be subscribed to: a row of `LISTENERS`. */
export interface NodeListener {
  /**
   * Begins to hear, as a subscription under the `requestId` of the call.
   *
   * @throws OttoError when it cannot; nothing is left then
   */
  open(options: unknown, call: ActionCall): Promise<void>;
}

/** One thing that a listener tells. */
export interface ListenerUpdate {
  readonly updateType: string;
  /** The listener's own fields; `eventId`, `emittedAt` and `missedCount` are added. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The same said in fewer words, for when it does not fit into a frame; undefined when nothing can be left out. */
  smaller?(): ListenerUpdate | undefined;
}
