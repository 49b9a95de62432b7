import { isIP } from 'node:net';
import type { ReadyReply } from '@telepat/otto-protocol/http';
import type { Clock } from '@telepat/otto-relay-core';
import type { ProcessStatus } from '@telepat/otto-relay-http';
import type { HostConfig } from './config.js';
import type { DiskSpace } from './disk-space.js';
import type { DayFiles } from './oplog/day-files.js';
import type { FileStores } from './stores/file-stores.js';

/** How the process of a relay is: what it says of itself to probes and to its owner. */
export class HostState {
  readonly #options: HostStateOptions;
  readonly #startedAt: number;
  #phase: 'starting' | 'running' | 'stopping' = 'starting';
  #port = 0;

  constructor(options: HostStateOptions) {
    this.#options = options;
    this.#startedAt = options.clock.ticks();
  }

  /** The port is open. */
  listens(address: { port: number }): void {
    this.#port = address.port;
    this.#phase = 'running';
  }

  stops(): void {
    this.#phase = 'stopping';
  }

  readiness(): ReadyReply {
    if (this.#phase !== 'running') return { status: this.#phase };
    const warnings = this.#troubles();
    return warnings.length === 0 ? { status: 'ready' } : { status: 'degraded', warnings };
  }

  process(version: string): ProcessStatus {
    return {
      version,
      pid: process.pid,
      port: this.#port,
      uptimeMs: Math.round(this.#options.clock.ticks() - this.#startedAt),
      warnings: [...this.#troubles(), ...this.#remarks()],
    };
  }

  /** What keeps the relay from doing all that it should. */
  #troubles(): string[] {
    const logProblem = this.#options.logFiles.problem();
    const journalProblem = this.#options.storage.problem();
    const troubles = [
      logProblem === undefined ? undefined : unwrittenLog(logProblem),
      journalProblem === undefined ? undefined : `Durable commands cannot be journalled: ${journalProblem}.`,
      this.#options.diskSpace.warning(),
    ];
    return troubles.filter((trouble) => trouble !== undefined);
  }

  /** What its owner should know. */
  #remarks(): string[] {
    const { config, storage } = this.#options;
    const remarks = Object.entries(storage.reports)
      .filter(([, { invalid }]) => invalid > 0)
      .map(([file, { invalid }]) => `${invalid} damaged lines of ${file} were moved to ${file}.rejected.`);
    if (!isLoopback(config.host)) remarks.push(openToOthers(config.host));
    return remarks;
  }
}

function unwrittenLog(problem: string): string {
  const effect = 'Commands go on; entries wait in memory, the least important of them are lost first';
  return `The operation log cannot be written: ${problem}. ${effect}.`;
}

function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '::1' || host.toLowerCase() === 'localhost';
}

function openToOthers(host: string): string {
  return (
    `The relay listens on ${host}, where other machines may reach it, and what it sends is not encrypted: ` +
    'put a proxy with TLS in front of it, or bind it to 127.0.0.1 and reach it through a tunnel (ssh -L, WireGuard).'
  );
}

export interface HostStateOptions {
  readonly config: HostConfig;
  readonly clock: Clock;
  readonly logFiles: Pick<DayFiles, 'problem'>;
  readonly diskSpace: Pick<DiskSpace, 'warning'>;
  readonly storage: Pick<FileStores, 'problem' | 'reports'>;
}
