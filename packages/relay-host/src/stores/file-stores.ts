import { join } from 'node:path';
import type { ControllerClient, Grant, RefreshSession, Storage } from '@telepat/otto-relay-core';
import type { Disk } from '../disk.js';
import { clientFormat, grantFormat, refreshSessionFormat, type UpgradeFacts } from './formats.js';
import { Journal, type LoadReport } from './journal.js';
import type { StoreFormat } from './store-format.js';

/** The collections of a relay, each in a file of its own. */
export class FileStores implements Storage {
  readonly clients: Journal<ControllerClient>;
  readonly grants: Journal<Grant>;
  readonly refreshSessions: Journal<RefreshSession>;

  private constructor(journals: Pick<FileStores, 'clients' | 'grants' | 'refreshSessions'>) {
    this.clients = journals.clients;
    this.grants = journals.grants;
    this.refreshSessions = journals.refreshSessions;
  }

  static async open(options: StoreOptions): Promise<FileStores> {
    const { folder, disk, upgrade, reportProblem } = options;
    const open = <T>(format: StoreFormat<T>): Promise<Journal<T>> =>
      Journal.open({ disk, path: join(folder, format.fileName), format, now: upgrade.now, reportProblem });
    const [clients, grants, refreshSessions] = await Promise.all([
      open(clientFormat(upgrade)),
      open(grantFormat(upgrade)),
      open(refreshSessionFormat(upgrade)),
    ]);
    return new FileStores({ clients, grants, refreshSessions });
  }

  /** What the start found, by file. */
  get reports(): Readonly<Record<string, LoadReport>> {
    const journals = [this.refreshSessions, this.clients, this.grants];
    return Object.fromEntries(journals.map((journal) => [journal.fileName, journal.report]));
  }

  /** Writes what waits, and closes the files. */
  async close(): Promise<void> {
    await Promise.all([this.clients.close(), this.grants.close(), this.refreshSessions.close()]);
  }
}

export interface StoreOptions {
  readonly folder: string;
  readonly disk: Disk;
  /** For lines of older installations. */
  readonly upgrade: UpgradeFacts;
  readonly reportProblem: (error: unknown) => void;
}
