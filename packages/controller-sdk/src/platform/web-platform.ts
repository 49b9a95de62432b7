import type { Platform } from './platform.js';

/** What Node and browsers have in common: all but the socket. */
export const webPlatform: Omit<Platform, 'openSocket'> = {
  clock: {
    now: () => Date.now(),
    ticks: () => performance.now(),
    after: (ms, run) => {
      const timer = setTimeout(run, Math.min(ms, TIMER_MS_MAX));
      return { cancel: () => clearTimeout(timer) };
    },
  },
  random: () => Math.random(),
  newId: (prefix) => `${prefix}_${randomHex()}`,
  fetch: (url, init) => fetch(url, init),
};

/** A longer timer would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** 128 random bits. */
function randomHex(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
