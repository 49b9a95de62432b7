import type { CapturedResponse, InterceptOptions, InterceptWatcher } from '@telepat/otto-node-runtime';

/** What an interception told, in order. */
export class HeardNetwork implements InterceptWatcher {
  readonly updates: HeardUpdate[] = [];
  readonly ends: string[] = [];
  missedCount = 0;
  #tell: () => void = () => {};

  captured(updateType: 'network.response' | 'network.error', response: CapturedResponse): void {
    this.updates.push({ updateType, ...response });
    this.#tell();
  }

  missed(count: number): void {
    this.missedCount += count;
    this.#tell();
  }

  detached(reason: string): void {
    this.ends.push(reason);
    this.#tell();
  }

  /** The updates of one path, without query. */
  of(path: string): HeardUpdate[] {
    return this.updates.filter(({ url }) => new URL(url).pathname === path);
  }

  /** Resolves when the condition holds; it is looked at again after each thing that is told. */
  async until(condition: (heard: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => (this.#tell = resolve));
  }
}

/** What is wanted when a test says nothing else: every request under `/api/`. */
export function wanting(wish: Partial<InterceptOptions> = {}): InterceptOptions {
  return {
    mode: 'network',
    wantsRequest: (url) => url.includes('/api/'),
    wantsType: () => true,
    urlPatterns: [],
    includeBody: true,
    includeHeaders: false,
    maxBodyBytes: 256_000,
    ...wish,
  };
}

export interface HeardUpdate extends CapturedResponse {
  readonly updateType: string;
}
