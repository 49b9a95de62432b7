/** How busy a core may be so that a command does not notice. */
export const LOAD_MAX = 0.7;

const SECOND_MICROS = 1_000_000;
const DAY_SECONDS = 86_400;

/**
 * What one core carries at the load that is allowed, from what was measured.
 * @param {Measured} measured
 */
export function capacityOf(measured) {
  const { updateMicros, idleSocketMicros, socketBytes, relayBytes, logBytes } = measured;
  const budget = LOAD_MAX * SECOND_MICROS;
  const commandMicros = commandMicrosAt(measured, LOAD_MAX);
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
 * CPU of a command when so much of the core is busy. A lonely one wakes the process, and shares no turn, no write and no
 * batch of the log with another; between that and full load it is reckoned to fall evenly.
 * @param {Measured} measured
 * @param {number} load
 */
export function commandMicrosAt({ commandMicros, lonelyMicros }, load) {
  return lonelyMicros * (1 - load) + commandMicros * load;
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
    lonelyMicros: fact('CPU µs of a lonely command'),
    updateMicros: fact('CPU µs per update'),
    idleSocketMicros: fact('CPU µs per idle socket and second'),
    socketBytes: figure('socket-memory'),
    relayBytes: fact('bytes of a relay without sockets'),
    logBytes: fact('log bytes per command'),
  };
}

/**
 * CPU of a command at full load and of a lonely one, of an update, and of a second of an idle socket; memory of a socket and of a relay without any;
 * log on disk of a command.
 * @typedef {{ commandMicros: number, lonelyMicros: number, updateMicros: number, idleSocketMicros: number, socketBytes: number,
 *   relayBytes: number, logBytes: number }} Measured
 */
