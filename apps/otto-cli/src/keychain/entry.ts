import type { KeychainAnswer, KeychainRequest } from './keychain-message.js';
import { keychainRequest } from './keychain-message.js';
import { keychainProblem } from './keychain-problem.js';

/** What the secrets of Otto are listed under. */
const SERVICE = 'Otto';

/**
 * Asks the keychain of the system one thing, told by the parent and answered to it. It is a process of its own because
 * the library blocks for as long as the keychain does, and only a process can be ended then. It outlives no parent.
 */
export function runKeychain(host: NodeJS.Process): void {
  host.once('disconnect', () => void host.kill(host.pid, 'SIGKILL'));
  host.once('message', (message) => {
    void answerTo(message).then((answer) => host.send?.(answer, undefined, undefined, () => host.exit()));
  });
}

async function answerTo(message: unknown): Promise<KeychainAnswer> {
  try {
    return { secret: await ask(keychainRequest.parse(message)) };
  } catch (error) {
    return { problem: keychainProblem(error) };
  }
}

async function ask(request: KeychainRequest): Promise<string | null> {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  // Without a store the library falls back to the keyring of the kernel, which forgets everything at the next boot.
  const entry = new AsyncEntry(SERVICE, request.name, { linux: { store: 'secret-service' } });
  switch (request.act) {
    case 'read':
      return entry.getPassword();
    case 'write':
      await entry.setPassword(request.secret);
      return null;
    case 'remove':
      await entry.deleteCredential();
      return null;
  }
}
