import type { BodyBudget } from './body-budget.js';

/** The beginning of a body, as far as anybody wants it, as it comes in. */
export class StreamedBody {
  readonly #bytesMax: number;
  readonly #budget: BodyBudget;
  #chunks: Uint8Array[] = [];
  #keptBytes = 0;
  #isComing = false;
  #isOverBudget = false;
  #isReleased = false;

  constructor(bytesMax: number, budget: BodyBudget) {
    this.#bytesMax = bytesMax;
    this.#budget = budget;
  }

  /** The browser has said that it sends the body on; before that, what is missing is not known. */
  get isComing(): boolean {
    return this.#isComing;
  }

  /** There was no room for it: nothing of it is kept. */
  get isOverBudget(): boolean {
    return this.#isOverBudget;
  }

  /** It comes, and this came before anything that was added. */
  begin(base64: string): void {
    this.#isComing = true;
    this.#keep(base64, (chunk) => this.#chunks.unshift(chunk));
  }

  add(base64: string): void {
    this.#keep(base64, (chunk) => this.#chunks.push(chunk));
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#chunks).subarray(0, this.#bytesMax);
  }

  /** It is of no use any more; what the browser tells of it afterwards, because it was slow, is not kept. */
  release(): void {
    this.#isReleased = true;
    this.#drop();
  }

  #drop(): void {
    this.#budget.giveBack(this.#keptBytes);
    this.#keptBytes = 0;
    this.#chunks = [];
  }

  #keep(base64: string, put: (chunk: Uint8Array) => void): void {
    const isWanted = !this.#isReleased && !this.#isOverBudget && this.#keptBytes < this.#bytesMax;
    if (base64 === '' || !isWanted) return;
    const chunk = Buffer.from(base64, 'base64');
    if (this.#budget.take(chunk.byteLength)) {
      this.#keptBytes += chunk.byteLength;
      put(chunk);
      return;
    }
    this.#drop();
    this.#isOverBudget = true;
  }
}
