import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DAY_MS = 86_400_000;

/**
 * Writes the stores of a relay that has seen much: clients, each with refresh tokens and grants, and as many dead
 * changes of grants, but for a few, as would have them written anew.
 *
 * @param {string} folder
 * @param {{ clients: number, sessions: number, grants: number, deadGrants: number }} sizes
 */
export function writeStores(folder, { clients, sessions, grants, deadGrants }) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const now = Date.now();
  write(folder, 'controller-clients.jsonl', clients, (at) => ({
    put: `clt_${at}`,
    value: {
      clientId: `clt_${at}`,
      name: `Client ${at}`,
      description: 'One of very many.',
      normalizedName: `client ${at}`,
      avatarSeed: `clt_${at}`,
      secret: { algorithm: 'sha256', salt: '00112233445566778899aabbccddeeff', hash: digest(`secret ${at}`) },
      scopes: ['primitive.tab.*', 'primitive.dom.*', 'command.run', 'logs.read'],
      createdAt: now,
    },
  }));
  write(folder, 'refresh-sessions.jsonl', sessions, (at) => ({
    put: digest(refreshTokenOf(at)),
    value: {
      role: 'controller',
      controllerId: `ctl_${at}`,
      clientId: `clt_${at % clients}`,
      scopes: ['primitive.tab.*', 'primitive.dom.*', 'command.run', 'logs.read'],
      sid: `fam_${at}`,
      issuedAt: now - sessions + at,
      expiresAt: now + 30 * DAY_MS,
    },
  }));
  write(folder, 'controller-acl.jsonl', grants + deadGrants, (at) => {
    const [clientId, nodeId] = [`clt_${at % clients}`, `node_${Math.floor((at % grants) / clients)}`];
    const value = { clientId, nodeId, grantedByNodeId: nodeId, grantedAt: now };
    return { put: `${clientId} ${nodeId}`, value };
  });
}

/** @param {number} at */
export function refreshTokenOf(at) {
  return `rt_${at}`;
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {number} count
 * @param {(at: number) => object} change
 */
function write(folder, name, count, change) {
  const lines = Array.from({ length: count }, (_, at) => `${JSON.stringify({ changes: [change(at)] })}\n`);
  writeFileSync(join(folder, name), lines.join(''), { mode: 0o600 });
}

/** @param {string} text */
function digest(text) {
  return createHash('sha256').update(text).digest('hex');
}
