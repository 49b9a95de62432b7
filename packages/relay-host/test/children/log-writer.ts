import { stat } from 'node:fs/promises';
import { nodeDisk } from '../../src/disk.js';
import { DayFiles } from '../../src/oplog/day-files.js';
import { KnownFiles } from '../../src/oplog/known-files.js';
import { systemClock } from '../../src/system-clock.js';

/** Writes entries to a log until it is killed; prints how many it had written
 * twenty milliseconds ago. */
const folder = process.argv[2] ?? '';
const disk = nodeDisk();
const known = await KnownFiles.of(disk, folder);
const log = new DayFiles({
  disk,
  folder,
  clock: systemClock,
  known,
  maxFileBytes: 200_000,
  onDropped: () => undefined,
  onFileBegun: () => undefined,
});

let number = 0;
function writeSome(): void {
  const before = number;
  for (let count = 0; count < 20; count += 1) {
    number += 1;
    const timestamp = new Date().toISOString();
    const entry = { id: String(number), timestamp, level: 'info', source: 'relay', type: 'error' } as const;
    log.write({ lines: [entry], bytes: Buffer.from(`${JSON.stringify(entry)}\n`) });
  }
  // On a busy machine the disk has its turn late; what was due before then must be there.
  setTimeout(() => void stat(folder).then(() => process.stdout.write(`${before}\n`)), 20);
  setTimeout(writeSome, 1);
}
writeSome();
