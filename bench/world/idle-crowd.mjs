import { randomBytes } from 'node:crypto';
import { refreshTokenOf, writeStores } from '../stored-world.mjs';

const RELAY = new URL('../relay-process.mjs', import.meta.url);

/**
 * As many controllers as one likes, each an identity of its own, written into the folder of a relay; and a token for
 * each, that a relay in this folder and with this environment accepts. No relay would register so many in a minute.
 *
 * @param {import('./bench-world.mjs').BenchWorld} world
 * @param {number} count
 * @returns {Promise<IdleCrowd>}
 */
export async function idleCrowd(world, count) {
  const folder = world.newFolder();
  const env = { OTTO_TOKEN_SECRET: randomBytes(32).toString('hex') };
  writeStores(folder, { clients: count, sessions: count, grants: 0, deadGrants: 0 });
  const relay = world.start(RELAY, { ...env, OTTO_LOG_DIR: folder });
  const http = world.startLoad('http');
  const { port } = await relay.ask({ type: 'start' });
  const refreshTokens = Array.from({ length: count }, (_, at) => refreshTokenOf(at));
  const { accessTokens } = await http.ask({ type: 'mint', port, refreshTokens });
  await Promise.all([http.stop(), relay.stop()]);
  return { folder, env, accessTokens };
}

/** @typedef {{ folder: string, env: Record<string, string>, accessTokens: string[] }} IdleCrowd */
