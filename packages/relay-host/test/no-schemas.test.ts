import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { client, startRelay } from './support/relay-world.js';
import { tempFolder } from './support/temp-folder.js';

it('a relay starts and answers without the schema compilers of its web framework', async () => {
  const folder = tempFolder();
  const server = await startRelay(folder);
  const http = client(server.address.port, folder);

  expect(await http.get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await http.post('/api/controller/register', {})).toMatchObject({ status: 400 });

  const loaded = Object.keys(createRequire(import.meta.url).cache);
  expect(loaded.filter((path) => /[\\/]fastify\.js$/.test(path))).toHaveLength(1);
  expect(loaded.filter((path) => /[\\/](ajv|ajv-compiler|fast-json-stringify-compiler)[\\/]/.test(path))).toEqual([]);
});
