import { randomBytes } from 'node:crypto';
import { startHost } from './host.js';

const key = randomBytes(32).toString('base64url');
const host = await startHost({
  key,
  port: Number(process.env['PORT'] ?? 8787),
  onLog: ({ level, type, status }) => console.error(level, type, status ?? ''),
});
const url = `http://127.0.0.1:${host.port}`;
console.log(`A relay listens at ${url.replace('http', 'ws')}/?role=node and /?role=controller. Tokens for both:`);
for (const role of ['node', 'controller']) {
  console.log(`  curl -X POST -H 'authorization: Bearer ${key}' '${url}/tokens?role=${role}&nodeId=n1'`);
}
process.once('SIGINT', () => void host.stop());
process.once('SIGTERM', () => void host.stop());
