import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes that are in use once everything is gone that nobody holds any more. */
export async function heapBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  // The flag gives new contexts the function; this one was made without it.
  const collect: unknown = runInNewContext('gc');
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (typeof collect === 'function') collect();
  }
  return process.memoryUsage().heapUsed;
}
