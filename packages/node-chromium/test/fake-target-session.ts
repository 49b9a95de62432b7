import type { PageSession, TargetEvent } from '../src/network/target-session.js';

/** A DevTools session in memory: it remembers what it is asked, answers as the test says, and tells what it is told to. */
export class FakeTargetSession implements PageSession {
  readonly asked: { readonly method: string; readonly params: unknown }[] = [];
  isDetached = false;
  /** Answers to everything; what is not said otherwise is done at once, with nothing to say. */
  answer: (method: string, params: unknown) => Promise<unknown> = () => Promise.resolve({});
  readonly #hearers: ((event: TargetEvent) => void)[] = [];

  readonly send: PageSession['send'] = (method, params) => {
    this.asked.push({ method, params });
    // A test answers as the browser's protocol says.
    return this.answer(method, params) as Promise<never>;
  };

  on(_name: 'event', hear: (event: TargetEvent) => void): void {
    this.#hearers.push(hear);
  }

  detach(): Promise<void> {
    this.isDetached = true;
    return Promise.resolve();
  }

  tell(method: string, params: unknown): void {
    for (const hear of this.#hearers) hear({ method, params });
  }

  /** What it was asked of one kind. */
  askedFor(method: string): unknown[] {
    return this.asked.filter((one) => one.method === method).map(({ params }) => params);
  }
}

/** Never answers. */
export function silence(): Promise<never> {
  return new Promise(() => {});
}
