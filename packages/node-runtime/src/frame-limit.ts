import { UTF8_BYTES_MAX, utf8Length } from '@telepat/otto-protocol';
import { FRAME_BYTES_MAX } from '@telepat/otto-protocol/limits';

/** No relay takes less, an older one included, so nothing this small is ever the reason for a cut. */
export const FRAME_BYTES_LEAST = 1_024;

/** Of so many frames it is known that they are under way; far more than a relay that works leaves open. */
export const FRAMES_UNDER_WAY_MAX = 1_000;

/**
 * How large a frame may be for this relay. No frame of the protocol tells, so it is what the protocol allows, until a
 * connection is cut because of one: of the frames that had not arrived by then, the largest surely is too large. From
 * then on nothing is sent that is larger than half of it, unless that much has arrived before: each lesson costs a
 * connection, and pages choose how large their updates are, so that there may be no more than about fourteen from the
 * most that the protocol allows down to the least. What was learned is never forgotten.
 */
export class FrameLimit {
  #bytesMax = FRAME_BYTES_MAX;
  #arrivedMax = FRAME_BYTES_LEAST;
  /** Frames of the present connection of which nobody knows yet whether they have arrived, in order. */
  readonly #underWay = new Set<{ readonly bytes: number }>();

  get bytesMax(): number {
    return this.#bytesMax;
  }

  /** Nearly all texts are too short to be worth counting. */
  fits(text: string): boolean {
    return text.length * UTF8_BYTES_MAX <= this.#bytesMax || utf8Length(text) <= this.#bytesMax;
  }

  /** A frame is on its way; gives what is to be called when it has arrived, or undefined when it is too small to matter. */
  sent(text: string): (() => void) | undefined {
    if (text.length * UTF8_BYTES_MAX <= FRAME_BYTES_LEAST) return undefined;
    const frame = { bytes: utf8Length(text) };
    this.#underWay.add(frame);
    if (this.#underWay.size > FRAMES_UNDER_WAY_MAX) this.#dropOldest();
    return () => this.#arrived(frame);
  }

  /** So has, then, whatever was sent before it. */
  #arrived(frame: { readonly bytes: number }): void {
    this.#arrivedMax = Math.max(this.#arrivedMax, frame.bytes);
    if (!this.#underWay.has(frame)) return;
    for (const earlier of this.#underWay) {
      this.#underWay.delete(earlier);
      if (earlier === frame) return;
      this.#arrivedMax = Math.max(this.#arrivedMax, earlier.bytes);
    }
  }

  #dropOldest(): void {
    for (const oldest of this.#underWay) {
      this.#underWay.delete(oldest);
      return;
    }
  }

  /** The connection is lost; `wasTooLarge` says whether because of a frame. True when that taught something. */
  connectionLost({ wasTooLarge }: { wasTooLarge: boolean }): boolean {
    let largest = 0;
    for (const { bytes } of this.#underWay) largest = Math.max(largest, bytes);
    this.#underWay.clear();
    if (!wasTooLarge || largest <= FRAME_BYTES_LEAST || largest > this.#bytesMax) return false;
    // What arrived before says nothing when it was as large: the relay was set up anew meanwhile.
    if (this.#arrivedMax >= largest) this.#arrivedMax = FRAME_BYTES_LEAST;
    this.#bytesMax = Math.max(this.#arrivedMax, Math.floor(largest / 2));
    return true;
  }
}
