/** How busy a core may be so that a command does not notice. */
export const LOAD_MAX = 0.7;

const SECOND_MICROS = 1_000_000;
const DAY_SECONDS = 86_400;

/**
 * What one core carries at the load that is allowed, from what was measured.
 * @param {Measured} measured
 */
export function capacityOf({ commandMicros, updateMicros, idleSocketMicros, socketBytes, relayBytes, logBytes }) {
  const budget = LOAD_MAX * SECOND_MICROS;
  const commandsPerSecond = budget / commandMicros;
  const logBytesPerSecond = commandsPerSecond * logBytes;
  return {
    commandsPerSecond,
    updatesPerSecond: budget / updateMicros,
    logBytesPerSecond,
    /** Until the oldest entries have to go, whatever their age. */
    logHours: (/** @type {number} */ totalBytesMax) => totalBytesMax / logBytesPerSecond / 3_600,
    logBytesPerDay: (/** @type {number} */ perSecond) => perSecond * logBytes * DAY_SECONDS,
    controllers: (/** @type {number} */ commandsPerSecondEach) =>
      budget / (commandsPerSecondEach * commandMicros + idleSocketMicros),
    memoryBytes: (/** @type {number} */ sockets) => relayBytes + sockets * socketBytes,
    idleShare: (/** @type {number} */ sockets) => (sockets * idleSocketMicros) / SECOND_MICROS,
  };
}

/**
 * What is needed of a run of the bench.
 * @param {{ facts: Record<string, number>, results: { row: { id: string }, outcome: { own: number } }[] }} run
 * @returns {Measured}
 */
export function measuredOf({ facts, results }) {
  const figure = (/** @type {string} */ id) => results.find(({ row }) => row.id === id)?.outcome.own ?? Number.NaN;
  const fact = (/** @type {string} */ name) => facts[name] ?? Number.NaN;
  return {
    commandMicros: figure('command-cpu'),
    updateMicros: fact('CPU µs per update'),
    idleSocketMicros: fact('CPU µs per idle socket and second'),
    socketBytes: figure('socket-memory'),
    relayBytes: fact('bytes of a relay without sockets'),
    logBytes: fact('log bytes per command'),
  };
}

/**
 * CPU of a command, of an update, and of a second of an idle socket; memory of a socket and of a relay without any;
 * log on disk of a command.
 * @typedef {{ commandMicros: number, updateMicros: number, idleSocketMicros: number, socketBytes: number,
 *   relayBytes: number, logBytes: number }} Measured
 */
