import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SystemKeychain } from '../src/keychain/system-keychain.js';
import { temporaryFolder } from './temporary-folder.js';

describe.skipIf(process.platform !== 'linux')('the keychain of a Linux system', () => {
  it('is none where no Secret Service runs: that of the kernel is not taken', async () => {
    const keychain = keychainOn('unix:path=/nowhere/bus');

    await expect(keychain.write('clt_1', 'cs_1')).rejects.toThrow('this session has no Secret Service');
    await expect(keychain.read('clt_1')).rejects.toThrow('this session has no Secret Service');
  });

  it('holds nobody up whose session bus takes connections and says nothing', async () => {
    const path = join(temporaryFolder(), 'bus');
    const bus = createServer((socket) => socket.resume()).listen(path);
    await once(bus, 'listening');
    onTestFinished(() => void bus.close());
    const abort = new AbortController();

    const read = keychainOn(`unix:path=${path}`, abort.signal).read('clt_1');
    read.catch(() => undefined);
    const [socket] = await once(bus, 'connection');
    const closed = once(socket, 'close');
    abort.abort();

    await expect(read).rejects.toThrow();
    // The program is blocked in the library, and ends all the same.
    await closed;
  });
});

function keychainOn(bus: string, signal = new AbortController().signal): SystemKeychain {
  return new SystemKeychain({ env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: bus }, signal, answerMsMax: 60_000 });
}
