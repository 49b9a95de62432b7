import type { LogEntry } from '@telepat/otto-protocol';
import type { OttoClient } from '@telepat/otto-sdk';
import { vi } from 'vitest';
import type { TcpProxy } from './chaos/tcp-proxy.js';

/** A controller whose connection can be cut: for a moment, after which it comes back by itself, or for longer. */
export class CutController {
  readonly #parts: CutControllerParts;
  #client: OttoClient | undefined;

  constructor(parts: CutControllerParts) {
    this.#parts = parts;
    this.allowReturn();
  }

  /** Its newest login. */
  get client(): OttoClient {
    if (this.#client === undefined) throw new Error('The controller has not logged in.');
    return this.#client;
  }

  /** Connects, once more or for the first time. */
  async login(): Promise<OttoClient> {
    return (this.#client = await this.#parts.login());
  }

  /** Cuts it off and waits until it is back. @returns how long it was away, by the log of the relay */
  async cutOff(): Promise<number> {
    const count = this.#noted('controller_connected').length;
    this.#parts.proxy.cut();
    const [left, came] = await vi.waitFor(() => {
      const [leavings, comings] = [this.#noted('controller_disconnected'), this.#noted('controller_connected')];
      if (leavings.length < count || comings.length <= count) throw new Error('It is not back.');
      return [leavings.at(-1) ?? NaN, comings.at(-1) ?? NaN];
    }, WAIT);
    await vi.waitFor(() => {
      if (this.client.status.phase !== 'connected') throw new Error('It does not know yet that it is back.');
    }, WAIT);
    return came - left;
  }

  /** Cuts it off, and lets it not come back. */
  cutForLong(): void {
    this.#parts.proxy.target = 0;
    this.#parts.proxy.cut();
  }

  /** It may come back, in its own time. */
  allowReturn(): void {
    this.#parts.proxy.target = this.#parts.relayPort;
  }

  async end(): Promise<void> {
    await this.#client?.close();
    await this.#parts.proxy.close();
  }

  /** When the relay noted this of it, in epoch milliseconds. */
  #noted(noted: LogEntry['type']): number[] {
    const own = this.#parts.log().filter(({ type, clientId }) => type === noted && clientId === this.#parts.clientId);
    return own.map(({ timestamp }) => Date.parse(timestamp));
  }
}

const WAIT = { timeout: 30_000, interval: 20 };

interface CutControllerParts {
  readonly clientId: string;
  readonly proxy: TcpProxy;
  readonly relayPort: number;
  login(): Promise<OttoClient>;
  /** What the relay has noted. */
  log(): readonly LogEntry[];
}
