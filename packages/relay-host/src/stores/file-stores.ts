import { join } from 'node:path';
import type { ControllerClient, Grant, RefreshSession, Storage, TabOwner } from '@telepat/otto-relay-core';
import type { Disk } from '../disk.js';
import { CommandJournalFile } from './command-journal-file.js';
import { clientFormat, grantFormat, refreshSessionFormat, tabOwnerFormat, type UpgradeFacts } from './formats.js';
import { Journal, type LoadReport } from './journal.js';
import type { StoreFormat } from './store-format.js';

const COMMANDS_FILE = 'commands.jsonl';

/** The stores of a relay, each in a file of its own. */
export class FileStores implements Storage {
  readonly clients: Journal<ControllerClient>;
  readonly grants: Journal<Grant>;
  readonly refreshSessions: Journal<RefreshSession>;
  readonly tabOwners: Journal<TabOwner>;
  readonly journal: CommandJournalFile;

  private constructor(stores: Pick<FileStores, 'clients' | 'grants' | 'refreshSessions' | 'tabOwners' | 'journal'>) {
    this.clients = stores.clients;
    this.grants = stores.grants;
    this.refreshSessions = stores.refreshSessions;
    this.tabOwners = stores.tabOwners;
    this.journal = stores.journal;
  }

  static async open(options: StoreOptions): Promise<FileStores> {
    const { folder, disk, upgrade, now, reportProblem, compaction = {} } = options;
    const { deadChangesMin, bytesMin } = compaction;
    const open = <T>(format: StoreFormat<T>): Promise<Journal<T>> =>
      Journal.open({
        disk,
        path: join(folder, format.fileName),
        format,
        now: now(),
        reportProblem,
        ...(deadChangesMin === undefined ? {} : { deadChangesMin }),
      });
    const [clients, grants, refreshSessions, tabOwners] = await Promise.all([
      open(clientFormat(upgrade)),
      open(grantFormat(upgrade)),
      open(refreshSessionFormat(upgrade)),
      open(tabOwnerFormat),
    ]);
    const journal = new CommandJournalFile({
      disk,
      path: join(folder, COMMANDS_FILE),
      now,
      reportProblem,
      ...(bytesMin === undefined ? {} : { compactionBytesMin: bytesMin }),
    });
    return new FileStores({ clients, grants, refreshSessions, tabOwners, journal });
  }

  /** What the start found, by file. */
  get reports(): Readonly<Record<string, LoadReport>> {
    const journals = [this.refreshSessions, this.clients, this.grants, this.tabOwners];
    const reports = journals.map((journal) => [journal.fileName, journal.report] as const);
    return Object.fromEntries([...reports, [COMMANDS_FILE, this.journal.report]]);
  }

  /** Why the journal of durable commands could not be written last; undefined when it was. */
  problem(): string | undefined {
    return this.journal.problem();
  }

  /** Writes what waits, and closes the files. */
  async close(): Promise<void> {
    const stores = [this.clients, this.grants, this.refreshSessions, this.tabOwners, this.journal];
    await Promise.all(stores.map((store) => store.close()));
  }
}

export interface StoreOptions {
  readonly folder: string;
  readonly disk: Disk;
  /** For lines of older installations. */
  readonly upgrade: UpgradeFacts;
  /** Wall time in epoch milliseconds. */
  readonly now: () => number;
  readonly reportProblem: (error: unknown) => void;
  readonly compaction?: Compaction;
}

/** From when on a file is worth a rewrite while the relay runs, where it is not as usual. */
export interface Compaction {
  /** Of journals of small records. */
  readonly deadChangesMin?: number;
  /** Of the journal of durable commands. */
  readonly bytesMin?: number;
}
