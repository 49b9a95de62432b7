import type { Target } from './target.js';

/** One attack of the self-test: what it tries, and how it is told whether it got through. */
export interface Attack {
  /** In kebab-case; scripts may rely on it. */
  readonly name: string;
  /** What it tries, as the end of a sentence: "read the relay from a web page". */
  readonly tries: string;
  /** Rejects when it cannot be played here. */
  play(target: Target): Promise<Verdict>;
}

/** Whether the relay held, and what it did. */
export interface Verdict {
  readonly hasHeld: boolean;
  /** What the relay did, in a few words. */
  readonly saw: string;
}

/** The verdict on something that the relay must have done. */
export function verdict(hasHeld: boolean, saw: string): Verdict {
  return { hasHeld, saw };
}

/** Why an attack cannot be played against this relay. */
export class NotPlayable extends Error {
  override readonly name = 'NotPlayable';
}
