import { randomBytes } from 'node:crypto';
import { access, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OttoError } from '@telepat/otto-protocol';
import * as z from 'zod';
import { readIfThere, writePrivateFile } from '../config/private-file.js';
import { livesOn, processLife } from '../daemon/process-life.js';

/** Between two looks at a file: what people still take for at once. */
const POLL_MS = 200;

/** So long a command may take to end its subscription. */
const END_MS_MAX = 10_000;

/**
 * The subscriptions that commands of this user follow now: a file each, so that other commands see them and have them
 * ended. Only the session that subscribed can end a subscription at the relay, so it is asked to: its file is put aside.
 */
export class SubscriptionRecords {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes a subscription of this process known. */
  async add(facts: SubscriptionFacts): Promise<SubscriptionClaim> {
    const id = `sub_${randomBytes(4).toString('hex')}`;
    await writePrivateFile(
      this.#file(id),
      `${JSON.stringify({ ...facts, id, ...(await processLife(process.pid)) })}\n`,
    );
    return {
      id,
      whenAsked: (signal) => this.#untilPutAside(id, signal),
      remove: async () => {
        await takeAway(this.#file(id));
        await takeAway(this.#aside(id));
      },
    };
  }

  /** Those that are followed, the oldest first. What a process that is gone has left behind is taken away. */
  async list(): Promise<SubscriptionRecord[]> {
    const names = await readdir(this.#folder).catch(noneYet);
    const read = await Promise.all(names.map((name) => this.#readLive(name)));
    return read.filter((record) => record !== undefined).sort((a, b) => a.startedAt - b.startedAt);
  }

  /** Has all that are followed ended, also those that end by themselves meanwhile. Gives their ids. */
  async endAll(): Promise<string[]> {
    const ids = (await this.list()).map(({ id }) => id);
    await Promise.all(ids.map((id) => this.end(id).catch(unlessNotFound)));
    return ids;
  }

  /**
   * Has a subscription ended, and resolves when the command that follows it has done so.
   *
   * @throws OttoError `listener_not_found` when there is none of this id, `wait_timed_out` when it does not end
   */
  async end(id: string, { endMsMax = END_MS_MAX } = {}): Promise<void> {
    const record = (await this.list()).find((one) => one.id === id);
    if (record === undefined) throw notFound(id);
    await rename(this.#file(id), this.#aside(id)).catch(() => {
      // It has ended in this very moment.
      throw notFound(id);
    });
    for (let waitedMs = 0; await isThere(this.#aside(id)); waitedMs += POLL_MS) {
      if (!(await livesOn(record))) break;
      if (waitedMs >= endMsMax) throw stillThere(record);
      await sleep(POLL_MS);
    }
    await takeAway(this.#aside(id));
  }

  async #readLive(name: string): Promise<SubscriptionRecord | undefined> {
    const path = join(this.#folder, name);
    const record = parsed(name.endsWith(ENDING) || name.endsWith('.json') ? await readIfThere(path) : undefined);
    if (record === undefined) return undefined;
    if (!(await livesOn(record))) {
      await takeAway(path);
      return undefined;
    }
    return name === `${record.id}.json` ? record : undefined;
  }

  async #untilPutAside(id: string, signal: AbortSignal): Promise<void> {
    while (await isThere(this.#file(id))) await sleep(POLL_MS, undefined, { signal });
  }

  #file(id: string): string {
    return join(this.#folder, `${id}.json`);
  }

  #aside(id: string): string {
    return join(this.#folder, `${id}${ENDING}`);
  }
}

const ENDING = '.ending';

const subscriptionRecord = z.object({
  id: z.string().regex(/^sub_[0-9a-f]{8}$/),
  pid: z.int().positive(),
  /** When the process began, where the system tells. */
  began: z.string().optional(),
  /** Epoch milliseconds. */
  startedAt: z.number(),
  listener: z.string(),
  nodeId: z.string(),
  tabSessionId: z.string(),
  site: z.string(),
  mode: z.string(),
});

/** Undefined when there is nothing, or nothing of ours. */
function parsed(text: string | undefined): SubscriptionRecord | undefined {
  if (text === undefined) return undefined;
  try {
    return subscriptionRecord.safeParse(JSON.parse(text)).data;
  } catch {
    // No JSON: not written by us.
    return undefined;
  }
}

/** What a disk does not let go now is taken away by the next look: whose it was is gone by then. */
async function takeAway(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // Whatever the reason, nobody can ask for anything through this file any more.
    return false;
  }
}

/** Nothing was ever subscribed to. */
function noneYet(): string[] {
  return [];
}

function notFound(id: string): OttoError {
  return new OttoError('listener_not_found', {
    message: `Nobody on this machine follows a subscription ${id}.`,
    actionableHint: 'otto listener list shows those that are followed.',
    effect: 'none',
  });
}

function unlessNotFound(error: unknown): void {
  if (!(error instanceof OttoError) || error.code !== 'listener_not_found') throw error;
}

function stillThere({ id, pid, began }: SubscriptionRecord): OttoError {
  return new OttoError('wait_timed_out', {
    message: `The command that follows ${id} (process ${pid}) has not ended it yet.`,
    actionableHint:
      began === undefined
        ? `It ends it as soon as it can. Process ${pid} may be another program by now: look before you end it.`
        : 'It ends it as soon as it can; ending that process does so, too.',
    effect: 'unknown',
  });
}

/** A subscription that a command follows. */
export type SubscriptionRecord = z.output<typeof subscriptionRecord>;
export type SubscriptionFacts = Omit<SubscriptionRecord, 'id' | 'pid' | 'began'>;

/** The own entry of the command that follows a subscription. */
export interface SubscriptionClaim {
  readonly id: string;
  /** Resolves when somebody wants the subscription ended; rejects when the signal aborts. */
  whenAsked(signal: AbortSignal): Promise<void>;
  /** It is not followed any more. */
  remove(): Promise<void>;
}
