import { expect, it } from 'vitest';
import { bundle } from './support/bundle.mjs';
import { tempFolder } from './support/temp-folder.js';
import { Caller } from './torture/caller.js';
import { RelayProcess, type RelayPlan } from './torture/relay-process.js';

/** Two relays are started; on a busy machine that takes its time. */
const TIMEOUT_MS = 60_000;

it(
  'a refresh whose answer died with the relay costs no login: the same key gives its token after the next start',
  async () => {
    const program = await bundle(new URL('./children/torture-relay.ts', import.meta.url), tempFolder());
    const folder = tempFolder();
    // The first act is the write of the rotation; it dies in the second, which would make it durable.
    const first = await start({ kind: 'fatal', actNumber: 2, isInRewrite: false });
    const registered = await first.caller.post('/api/controller/register', { name: 'Al', description: 'd' });
    const { clientId, clientSecret } = registered?.body ?? {};
    const login = await first.caller.post('/api/controller/token', { clientId, clientSecret });
    const old = String(login?.body['refreshToken']);
    await first.relay.arm();

    expect(await refresh(first.caller, old, 'k')).toBeUndefined();
    await first.relay.ended;
    const second = await start({ kind: 'none' });
    const again = await refresh(second.caller, old, 'k');

    expect(again?.status).toBe(200);
    const next = await refresh(second.caller, String(again?.body['refreshToken']));
    expect(next?.status).toBe(200);
    expect((await refresh(second.caller, String(next?.body['refreshToken'])))?.status).toBe(200);
    await second.relay.kill();

    async function start(risk: RelayPlan['risk']) {
      const relay = await RelayProcess.start({ program, folder, plan: { risk, compaction: {} } });
      if (relay === undefined) throw new Error('a relay died at its start');
      return { relay, caller: new Caller(relay) };
    }
  },
  TIMEOUT_MS,
);

function refresh(caller: Caller, refreshToken: string, key?: string) {
  return caller.post('/api/auth/refresh', { refreshToken }, key === undefined ? {} : { key });
}
