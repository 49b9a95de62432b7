import { rm } from 'node:fs/promises';
import * as z from 'zod';
import { readIfThere, writePrivateFile } from '../config/private-file.js';

/** What a running relay says of itself, in the folder of its stores. It proves nothing: see `findRelay`. */
export class PidFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Undefined when there is none, or when it is damaged: then nobody can be found by it. */
  async read(): Promise<PidRecord | undefined> {
    const text = await readIfThere(this.path);
    if (text === undefined) return undefined;
    const parsed = pidRecord.safeParse(parseJson(text));
    return parsed.success ? parsed.data : undefined;
  }

  async write(record: PidRecord): Promise<void> {
    await writePrivateFile(this.path, `${JSON.stringify(record)}\n`);
  }

  /** Takes the file away, if it is still about this process: a successor may have written its own. */
  async remove(pid: number): Promise<void> {
    const record = await this.read();
    if (record?.pid === pid) await rm(this.path, { force: true });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it.
    return undefined;
  }
}

/** A pid file, and what a relay says when it has started. */
export const pidRecord = z.object({
  pid: z.int().positive(),
  host: z.string(),
  port: z.int().min(1).max(65_535),
  version: z.string(),
  /** Epoch milliseconds. */
  startedAt: z.number(),
});

export type PidRecord = z.infer<typeof pidRecord>;
