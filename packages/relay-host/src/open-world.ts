import type { Logger } from 'pino';
import type { LogEntry } from '@telepat/otto-protocol';
import { grantId, type RelayPorts } from '@telepat/otto-relay-core';
import type { HostConfig } from './config.js';
import { nodeDisk, type Disk } from './disk.js';
import { DiskSpace } from './disk-space.js';
import type { Ending } from './ending.js';
import { FolderLock } from './folder-lock.js';
import { openFolder } from './folder.js';
import { HostState } from './host-state.js';
import { RandomIds } from './ids.js';
import { JoseTokenSigner } from './jose-token-signer.js';
import { OperatorToken } from './operator-token.js';
import type { LogBacklog } from './oplog/day-files.js';
import { openLog } from './oplog/open-log.js';
import { NodeSecrets } from './secrets.js';
import { FileStores, type Compaction } from './stores/file-stores.js';
import { systemClock } from './system-clock.js';

/** Everything of this machine that a relay needs. The folder is ours from here on. */
export async function openWorld(config: HostConfig, { logger, ending, files = {} }: Life): Promise<World> {
  const { folder } = config;
  const { disk = nodeDisk(), compaction = {} } = files;
  const reportProblem = (error: unknown): void => logger.warn({ err: error }, 'Trouble with the files of the relay');
  const [clock, secrets] = [systemClock, new NodeSecrets(config.token.secret)];
  await openFolder(folder);
  const lock = await FolderLock.take(folder);
  ending.add('folder lock', () => lock.release());

  let onDropped = (_count: number): void => undefined;
  const tellDropped = (count: number): void => onDropped(count);
  const place = { disk, folder, clock, ending, reportProblem };
  const log = await openLog({ ...place, ...config.log, onDropped: tellDropped, readingProgram: files.readingProgram });
  const diskSpace = new DiskSpace({ folder, clock });
  ending.add('disk space', () => diskSpace.close());

  const upgrade = {
    digest: (token: string) => secrets.digest(token),
    grantId,
    defaultControllerScopes: config.relay.defaultControllerScopes,
    now: clock.now(),
  };
  const stores = FileStores.open({ folder, disk, upgrade, now: () => clock.now(), reportProblem, compaction });
  const opening = [
    stores,
    JoseTokenSigner.create({ ...config.token, clock }),
    OperatorToken.create(disk, folder),
    diskSpace.start(),
  ] as const;
  ending.add('stores', async () => {
    // When one of them fails, the folder is not let go before the others have left it alone.
    await Promise.allSettled(opening);
    await stores.then((opened) => opened.close(), ignored);
  });
  const [storage, tokenSigner, operator] = await Promise.all(opening);

  const ports: RelayPorts = {
    clock,
    ids: new RandomIds(),
    storage,
    logSink: log.writer,
    logArchive: log.archive,
    tokenSigner,
    secrets,
    reportBug: (error) => logger.error({ err: error }, 'A bug of Otto itself; please report it'),
  };
  const state = new HostState({ config, logFiles: log.writer, diskSpace, storage, clock });
  return {
    ports,
    recentLog: log.recent,
    operator,
    state,
    storage,
    logBacklog: () => log.writer.backlog(),
    onLogEntriesDropped: (run: typeof onDropped) => (onDropped = run),
  };
}

/** The start itself has failed with this already. */
function ignored(): void {}

/** What a relay is made of before it is one. */
export interface World {
  readonly ports: RelayPorts;
  readonly storage: FileStores;
  readonly recentLog: readonly LogEntry[];
  readonly operator: OperatorToken;
  readonly state: HostState;
  /** How far the writer of the operation log is behind. */
  logBacklog(): LogBacklog;
  /** Sets who is told of lost log entries. */
  onLogEntriesDropped(run: (count: number) => void): void;
}

/** What begins with the server and ends with it. */
export interface Life {
  readonly logger: Logger;
  readonly ending: Ending;
  readonly files?: FilesInUse | undefined;
}

/** How files are kept, where it is not as usual: on a disk that fails, or compacted all the time. */
export interface FilesInUse {
  readonly disk?: Disk;
  readonly compaction?: Compaction;
  /** The program of the thread that reads the log, `reading-program.js`, where a bundler has moved it. */
  readonly readingProgram?: URL;
}
