import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { grantId, type ControllerClient, type Grant, type RefreshSession } from '@telepat/otto-relay-core';
import { clientFormat, grantFormat, refreshSessionFormat } from '../../src/stores/formats.js';
import { readJournal, type JournalContent } from '../../src/stores/read-journal.js';
import type { StoreFormat } from '../../src/stores/store-format.js';

const KNOWN_FILE =
  /^((refresh-sessions|controller-clients|controller-acl|tab-owners|commands)\.jsonl(\.(tmp|rejected))?|operator\.token(\.tmp)?|relay\.lock(\.[0-9a-f]+)?|operations-[\d-]+\.jsonl(\.gz)?(\.tmp)?)$/;

/** What the files of a killed relay hold, read as the next start will read them. */
export async function readStored(folder: string): Promise<Stored> {
  const upgrade = { digest: digestOf, grantId, defaultControllerScopes: [], now: Date.now() };
  return {
    clients: (await read(folder, clientFormat(upgrade))).items,
    grants: (await read(folder, grantFormat(upgrade))).items,
    sessions: (await read(folder, refreshSessionFormat(upgrade))).items,
  };
}

/** What is wrong with the files themselves: who may read them, names, lines that are neither whole nor the last. */
export function fileProblems(folder: string): string[] {
  const modes = readdirSync(folder).flatMap((name) => {
    const mode = statSync(join(folder, name)).mode & 0o777;
    return [
      ...(mode === 0o600 ? [] : [`${name} has mode ${mode.toString(8)}`]),
      ...(KNOWN_FILE.test(name) ? [] : [`${name} is none of the relay's files`]),
    ];
  });
  const folderMode = statSync(folder).mode & 0o777;
  const lines = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl') && !name.startsWith('operations-'))
    .flatMap((name) => damagedLines(join(folder, name)));
  const rejected = readdirSync(folder)
    .filter((name) => name.endsWith('.rejected'))
    .flatMap((name) => wholeLines(join(folder, name)));
  return [
    ...(folderMode === 0o700 ? [] : [`the folder has mode ${folderMode.toString(8)}`]),
    ...modes,
    ...lines,
    ...rejected,
  ];
}

/** Under which the relay knows a token. */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function read<T>(folder: string, format: StoreFormat<T>): Promise<JournalContent<T>> {
  const path = join(folder, format.fileName);
  return readJournal(existsSync(path) ? readFileSync(path) : new Uint8Array(), format, Date.now());
}

/** Only the last line may be torn. */
function damagedLines(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines
    .slice(0, -1)
    .flatMap((line) => (isJson(line) ? [] : [`${path} has a damaged line: ${line.slice(0, 80)}`]));
}

/** What was kept aside after a kill was torn: a whole line there was lost. */
function wholeLines(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.flatMap((line) => (isJson(line) ? [`${path} has a whole line: ${line.slice(0, 80)}`] : []));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export interface Stored {
  readonly clients: ReadonlyMap<string, ControllerClient>;
  readonly grants: ReadonlyMap<string, Grant>;
  /** By digest. */
  readonly sessions: ReadonlyMap<string, RefreshSession>;
}
