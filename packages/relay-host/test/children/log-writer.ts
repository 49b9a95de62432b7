import { nodeDisk } from '../../src/disk.js';
import { DayFiles } from '../../src/oplog/day-files.js';
import { KnownFiles } from '../../src/oplog/known-files.js';
import { systemClock } from '../../src/system-clock.js';

/** Writes entries to a log until it is killed; prints how many it had written a while ago, in the time of a batch. */
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
    log.write({ id: String(number), timestamp, level: 'info', source: 'relay', type: 'error' });
  }
  // A busy machine runs timers late; what counts is that they were due.
  setTimeout(() => setImmediate(() => process.stdout.write(`${before} ${known.sizeBytes}\n`)), 20);
  setTimeout(writeSome, 1);
}
writeSome();
