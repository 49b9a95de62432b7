import { createHash, scryptSync } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nodeDisk } from '../src/disk.js';
import { NodeSecrets } from '../src/secrets.js';
import { FileStores } from '../src/stores/file-stores.js';
import { tempFolder } from './support/temp-folder.js';

const NOW = 1_769_860_800_000;
const SALT = '00112233445566778899aabbccddeeff';

/** The files of an older installation, with an expired line each and a damaged one. */
function legacyFolder(): string {
  const folder = tempFolder();
  const write = (name: string, ...lines: unknown[]) =>
    writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const session = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: NOW + 1 };
  write(
    'refresh-sessions.jsonl',
    { token: 'rt_old', session },
    { token: 'rt_gone', session: { ...session, expiresAt: NOW } },
  );
  const client = {
    clientId: 'clt_1',
    name: 'Al',
    description: 'd',
    normalizedName: 'al',
    avatarSeed: 's',
    createdAt: 1,
  };
  const secretHash = scryptSync('cs_old', SALT, 32).toString('base64');
  write('controller-clients.jsonl', { client: { ...client, secretSalt: SALT, secretHash, lastUsedAt: 2 } }, 'damage');
  const grant = { clientId: 'clt_1', nodeId: 'n1', grantedByNodeId: 'n1', grantedAt: 3 };
  write('controller-acl.jsonl', { grant }, { grant: { ...grant, nodeId: 'n2', expiresAt: NOW } });
  return folder;
}

async function open(folder: string): Promise<FileStores> {
  const upgrade = {
    digest: (token: string) => new NodeSecrets('a key').digest(token),
    grantId: (grant: { clientId: string; nodeId: string }) => `${grant.clientId} ${grant.nodeId}`,
    defaultControllerScopes: ['command.run'],
    now: NOW,
  };
  const reportProblem = (error: unknown): never => {
    throw error;
  };
  const stores = await FileStores.open({ folder, disk: nodeDisk(), upgrade, now: () => NOW, reportProblem });
  onTestFinished(() => stores.close());
  return stores;
}

describe('the files of an older installation', () => {
  it('load, and say what they held', async () => {
    const stores = await open(legacyFolder());

    expect(stores.reports).toEqual({
      'refresh-sessions.jsonl': { loaded: 1, invalid: 0, expired: 1 },
      'controller-clients.jsonl': { loaded: 1, invalid: 1, expired: 0 },
      'controller-acl.jsonl': { loaded: 1, invalid: 0, expired: 1 },
      'tab-owners.jsonl': { loaded: 0, invalid: 0, expired: 0 },
      'commands.jsonl': { loaded: 0, invalid: 0, expired: 0 },
    });
  });

  it('give refresh sessions by digest, and the token itself is gone from the disk', async () => {
    const folder = legacyFolder();
    const stores = await open(folder);

    const digest = createHash('sha256').update('rt_old').digest('hex');
    expect(await stores.refreshSessions.all()).toEqual(
      new Map([
        [
          digest,
          {
            role: 'node',
            nodeId: 'n1',
            scopes: [],
            sid: expect.stringMatching(/^fam_[0-9a-f]{32}$/) as string,
            issuedAt: NOW,
            expiresAt: NOW + 1,
          },
        ],
      ]),
    );
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), 'utf8')).not.toContain('rt_old');
  });

  it('give clients whose secrets still open, with the scopes in force', async () => {
    const stores = await open(legacyFolder());

    const client = (await stores.clients.all()).get('clt_1');
    expect(client).toMatchObject({ name: 'Al', scopes: ['command.run'], createdAt: 1, lastUsedAt: 2 });
    expect(client && (await new NodeSecrets('a key').opens('cs_old', client.secret))).toBe(true);
  });

  it('give grants under the id that the core uses', async () => {
    const stores = await open(legacyFolder());

    expect([...(await stores.grants.all()).keys()]).toEqual(['clt_1 n1']);
  });

  it('are upgraded in place: the next start finds new lines only, and the same content', async () => {
    const folder = legacyFolder();
    const first = await open(folder);
    await first.close();

    const second = await open(folder);

    for (const report of Object.values(second.reports)) expect(report).toMatchObject({ invalid: 0, expired: 0 });
    expect(await second.refreshSessions.all()).toEqual(await first.refreshSessions.all());
    expect(await second.clients.all()).toEqual(await first.clients.all());
  });
});

it('records of each kind come back after a restart as they were written', async () => {
  const folder = tempFolder();
  const first = await open(folder);
  const session = {
    sid: 'fam_1',
    role: 'controller',
    controllerId: 'ctl_1',
    clientId: 'clt_1',
    scopes: ['a'],
    issuedAt: 1,
    expiresAt: NOW + 1,
    rotatedAt: 2,
  } as const;
  const client = {
    clientId: 'clt_1',
    name: 'Al',
    description: 'd',
    normalizedName: 'al',
    avatarSeed: 's',
    secret: { algorithm: 'sha256', salt: 'aa', hash: 'bb' },
    scopes: ['a'],
    createdAt: 1,
    lastUsedAt: 2,
    revokedAt: 3,
  } as const;
  const grant = { clientId: 'clt_1', nodeId: 'n1', grantedByNodeId: 'n1', grantedAt: 1, expiresAt: NOW + 1 };
  await first.refreshSessions.write([{ put: 'digest', value: session }]);
  await first.clients.write([{ put: 'clt_1', value: client }]);
  await first.grants.write([{ put: 'clt_1 n1', value: grant }]);
  await first.close();

  const second = await open(folder);

  expect(await second.refreshSessions.all()).toEqual(new Map([['digest', session]]));
  expect(await second.clients.all()).toEqual(new Map([['clt_1', client]]));
  expect(await second.grants.all()).toEqual(new Map([['clt_1 n1', grant]]));
});
