import v8 from 'node:v8';

/** A heap that may not grow to this is left to V8, which keeps a small one small. */
const LARGE_HEAP_BYTES_MIN = 1024 ** 3;

/**
 * By how much the heap may grow before all of it is collected, in percent. Left to itself, V8 looks through the whole heap
 * every half second where frames are large, because it counts what they take outside: 8 % of a command with a result of
 * 64 KiB. Where they are small it takes about as much by itself.
 */
const GROWTH = '--heap-growing-percent=200';

/**
 * Objects are never made in the old generation at once. V8 does so where objects like them once stayed, as those of a
 * thousand logins do, and from then on the garbage of every command is made there, too: 2 of 38 µs of a command beside
 * 2,000 idle sockets, for collections that take half as long again.
 */
const MADE_YOUNG = '--no-allocation-site-pretenuring';

/**
 * Tells V8 how to keep the heap of a process that is a relay. These are flags of V8 and not of Node: on a command line, a
 * later version that does not know one would not start, while here it says so on stderr and goes on.
 */
export function tuneHeap(): void {
  for (const flag of heapFlags(v8.getHeapStatistics().heap_size_limit)) v8.setFlagsFromString(flag);
}

/** @param limitBytes that the heap may grow to */
export function heapFlags(limitBytes: number): readonly string[] {
  return limitBytes < LARGE_HEAP_BYTES_MIN ? [MADE_YOUNG] : [MADE_YOUNG, GROWTH];
}
