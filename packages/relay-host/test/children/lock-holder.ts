import { FolderLock } from '../../src/folder-lock.js';

/** Holds a folder until it is killed. */
await FolderLock.take(process.argv[2] ?? '');
console.log('held');
setInterval(() => undefined, 60_000);
