import { setTimeout as sleep } from 'node:timers/promises';
import { FolderLock } from '../../src/folder-lock.js';

/** Takes a folder at the moment that it is told, with others, and tells what came of it; holds it until it is killed. */
const [folder = '', moment = '0'] = process.argv.slice(2);
await sleep(Math.max(0, Number(moment) - Date.now() - 20));
while (Date.now() < Number(moment)) {
  // Asleep it would be late.
}
try {
  await FolderLock.take(folder);
  console.log('held');
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error));
}
setInterval(() => undefined, 60_000);
