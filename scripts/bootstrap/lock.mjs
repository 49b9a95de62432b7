import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';

const POLL_MS = 200;

/** The holder touches its file this often … */
const TOUCH_MS = 2_000;

/** … so that a file older than this is left over, even if its process number lives on as another program. */
const STALE_MS = 60_000;

/**
 * Takes a lock file, waiting for its holder to end or to let go. A lock whose holder died is taken over.
 *
 * @param {string} path
 * @param {(holder: string) => void} onWait told once, when there is something to wait for
 * @returns {Promise<() => void>} lets go
 */
export async function holdLock(path, onWait) {
  let isWaiting = false;
  while (!take(path)) {
    const holder = holderOf(path);
    if (holder === undefined) continue;
    if (isStale(path, holder)) {
      putAside(path, holder);
      continue;
    }
    if (!isWaiting) onWait(holder);
    isWaiting = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return guard(path);
}

/** @param {string} path */
function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Keeps the file fresh until it is let go, and removes it however this process ends.
 * @param {string} path
 */
function guard(path) {
  const timer = setInterval(() => {
    const now = new Date();
    utimesSync(path, now, now);
  }, TOUCH_MS);
  const remove = () => rmSync(path, { force: true });
  const leave = () => process.exit(130);
  process.once('exit', remove);
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  return () => {
    clearInterval(timer);
    process.off('exit', remove).off('SIGINT', leave).off('SIGTERM', leave);
    remove();
  };
}

/** @param {string} path */
function holderOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * @param {string} path
 * @param {string} holder
 */
function isStale(path, holder) {
  try {
    if (Date.now() - statSync(path).mtimeMs > STALE_MS) return true;
    // An empty file is being written this very moment.
    if (holder !== '') process.kill(Number(holder), 0);
    return false;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else. ENOENT: it was let go meanwhile.
    return codeOf(error) === 'ESRCH';
  }
}

/**
 * Renames a stale lock before removing it, so that of two that found it stale only one removes it.
 * @param {string} path
 * @param {string} holder
 */
function putAside(path, holder) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    // Somebody was faster and this is the new holder's: give it back.
    if (readFileSync(aside, 'utf8') !== holder) renameSync(aside, path);
    else rmSync(aside);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
