import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';

/**
 * A temporary folder, and everything that the demo has started: whatever enters the stage says at once how it ends,
 * so that `clear` leaves nothing behind, at whatever moment it is called.
 */
export class Stage {
  /** Removed at the end, with all that is in it. */
  readonly folder: string;
  readonly #endings: (() => Promise<void>)[] = [];
  #cleared: Promise<void> | undefined;
  #isComplete = false;

  /** Not a moment passes between making the folder and knowing of it. */
  constructor() {
    this.folder = makeFolder(tmpdir());
    this.#endings.push(() => removeFolder(this.folder));
    mkdirSync(this.temporary, { mode: 0o700 });
  }

  /** `OTTO_HOME` of the demo's processes. */
  get home(): string {
    return join(this.folder, 'home');
  }

  /** `TMPDIR` of the demo's processes, so that what they leave there goes, too. */
  get temporary(): string {
    return join(this.folder, 'tmp');
  }

  /**
   * Starts something that `end` ends, before what entered earlier. Once the stage is being cleared nothing enters any
   * more, and what is still starting is ended as soon as it has started.
   */
  async enter<T>(start: () => T | Promise<T>, end: (thing: T) => Promise<void>): Promise<T> {
    if (this.#cleared !== undefined) throw new OttoError('internal_error', { message: 'The demo is over.' });
    const starting = start();
    this.#endings.push(async () => {
      const started = await settled(starting);
      if (started !== undefined) await end(started.thing);
    });
    return await starting;
  }

  /** A file that the user keeps of a demo that was played to its end; of any other, it goes. */
  async leave(path: string, write: () => Promise<void>): Promise<void> {
    await this.enter(write, () => (this.#isComplete ? Promise.resolve() : rm(path, { force: true })));
  }

  /** Everything has been shown: what was left for the user stays. */
  complete(): void {
    this.#isComplete = true;
  }

  /** Ends everything, last things first; also when some of it does not end well, which is told afterwards. */
  clear(): Promise<void> {
    this.#cleared ??= this.#clear();
    return this.#cleared;
  }

  async #clear(): Promise<void> {
    const problems: unknown[] = [];
    for (let end = this.#endings.pop(); end !== undefined; end = this.#endings.pop()) {
      await end().catch((problem: unknown) => problems.push(problem));
    }
    if (existsSync(this.folder)) problems.push(new Error(`${this.folder} is still there`));
    const [problem] = problems;
    if (problem === undefined) return;
    const why = problem instanceof Error ? problem.message : String(problem);
    throw new OttoError('internal_error', { message: `The demo could not clean up: ${why}.` }, { cause: problem });
  }
}

function makeFolder(parent: string): string {
  try {
    return mkdtempSync(join(parent, 'otto-demo-'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OttoError('invalid_configuration', {
      message: `The temporary folder ${parent} cannot be used: ${why}.`,
      actionableHint: 'Set TMPDIR to a folder where you may write.',
    });
  }
}

/** A browser that just ended may still let go of its files. */
async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/** What started; undefined when it did not, which is told to whoever started it. */
async function settled<T>(starting: T | Promise<T>): Promise<{ thing: T } | undefined> {
  try {
    return { thing: await starting };
  } catch {
    return undefined;
  }
}
