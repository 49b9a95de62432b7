/** Sentences that the next result tells beside its data, each once; more than so many are only counted. */
export class Warnings {
  #sentences = new Set<string>();
  #moreCount = 0;

  add(sentence: string): void {
    if (this.#sentences.size < WARNINGS_MAX) this.#sentences.add(sentence);
    else if (!this.#sentences.has(sentence)) this.#moreCount += 1;
  }

  /** All of them, in the order they came; they are told only once. */
  takeAll(): string[] {
    const more = this.#moreCount === 0 ? [] : [`There were ${this.#moreCount} more warnings.`];
    const all = [...this.#sentences, ...more];
    this.#sentences = new Set();
    this.#moreCount = 0;
    return all;
  }
}

/** What one result can tell; whoever causes more of them does not read them either. */
const WARNINGS_MAX = 20;
