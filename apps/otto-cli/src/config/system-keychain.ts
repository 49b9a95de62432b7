import type { AsyncEntry } from '@napi-rs/keyring';
import type { Keychain } from './keychain.js';

/** What the secrets of Otto are listed under. */
const SERVICE = 'Otto';

/** A keychain may ask the user to unlock it; one that nobody answers must not hold up a command for ever. */
const ANSWER_MS_MAX = 30_000;

/**
 * The keychain of macOS, the credentials of Windows, or on Linux the Secret Service of the desktop: never the keyring
 * of the kernel, which forgets all at the next boot. It comes with an optional package that is loaded at first use.
 */
export class SystemKeychain implements Keychain {
  async read(name: string): Promise<string | undefined> {
    return (await answerOf(name, (entry) => entry.getPassword())) ?? undefined;
  }

  async write(name: string, secret: string): Promise<void> {
    await answerOf(name, (entry) => entry.setPassword(secret));
  }

  async remove(name: string): Promise<void> {
    await answerOf(name, (entry) => entry.deleteCredential());
  }
}

async function answerOf<T>(name: string, ask: (entry: AsyncEntry) => Promise<T>): Promise<T> {
  const { AsyncEntry: Entry } = await import('@napi-rs/keyring');
  const answer = ask(new Entry(SERVICE, name, { linux: { store: 'secret-service' } }));
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it has not answered for ${ANSWER_MS_MAX / 1_000} s`)), ANSWER_MS_MAX);
  });
  try {
    return await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}
