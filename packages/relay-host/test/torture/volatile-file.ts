import type { DiskFile } from '../../src/disk.js';

/** When what nobody synced reaches the disk by itself. */
const WRITE_BACK_MS = 200;

/** A file whose writes are lost with the process until they are synced. */
export class VolatileFile implements DiskFile {
  readonly #file: DiskFile;
  #unsynced: { bytes: Buffer; position: number }[] = [];

  constructor(file: DiskFile) {
    this.#file = file;
  }

  async size(): Promise<number> {
    const ends = this.#unsynced.map(({ bytes, position }) => position + bytes.length);
    return Math.max(await this.#file.size(), ...ends);
  }

  async read(bytes: Uint8Array, position: number): Promise<number> {
    let count = await this.#file.read(bytes, position);
    for (const write of this.#unsynced) {
      const from = Math.max(position, write.position);
      const to = Math.min(position + bytes.length, write.position + write.bytes.length);
      if (from >= to) continue;
      bytes.set(write.bytes.subarray(from - write.position, to - write.position), from - position);
      count = Math.max(count, to - position);
    }
    return count;
  }

  write(bytes: Uint8Array, position: number): Promise<void> {
    // Whoever writes may use its memory again.
    this.#unsynced.push({ bytes: Buffer.from(bytes), position });
    return Promise.resolve();
  }

  async truncate(size: number): Promise<void> {
    await this.#writeBack();
    await this.#file.truncate(size);
  }

  async sync(): Promise<void> {
    await this.#writeBack();
    await this.#file.sync();
  }

  async close(): Promise<void> {
    if (this.#unsynced.length === 0) return this.#file.close();
    setTimeout(() => void this.#writeBack().then(() => this.#file.close()), WRITE_BACK_MS);
  }

  async #writeBack(): Promise<void> {
    const writes = this.#unsynced;
    for (const { bytes, position } of writes) await this.#file.write(bytes, position);
    this.#unsynced = this.#unsynced.slice(writes.length);
  }
}
