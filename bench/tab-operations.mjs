import { sendAll } from './busy-tab.mjs';

/**
 * What can happen to a busy tab: one row each. Every frame that `frames` makes is one operation, and `says` is a part
 * of the relay's answer to the last of them. What an operation adds is taken out again before the next one.
 *
 * @param {import('./busy-tab.mjs').BusyTab} tab
 * @returns {Record<string, Operation>}
 */
export function operationsOn(tab) {
  const whileLocked = {
    begin: () => sendAll([tab.lock('tab_lock')]),
    end: () => sendAll([tab.lock('tab_unlock')]),
  };
  return {
    enqueue: {
      frames: () => tab.enqueue(),
      says: () => '"type":"queued"',
      after: () => sendAll(tab.dequeue()),
    },
    'dequeue: answer, next starts': {
      before: () => sendAll(tab.enqueue()),
      frames: () => tab.dequeue(),
      says: () => tab.running,
    },
    'dequeue: the lock holder’s next': {
      ...whileLocked,
      frames: () => tab.dequeueForHolder(),
      says: () => tab.running,
    },
    'cancel, anywhere in the queue': {
      before: () => sendAll(tab.enqueue()),
      frames: () => tab.cancelAny(),
      says: () => '"status":"cancelled"',
    },
    'lock check: refused': {
      ...whileLocked,
      frames: () => tab.failFast(),
      says: () => '"tab_locked"',
    },
    'lock or unlock': {
      frames: () => tab.lockAndUnlock(),
      says: () => '"lock_released"',
    },
    'replay check: a new nonce': {
      begin: () => tab.rememberNonces(),
      frames: () => tab.newNonces(),
      says: () => '"tab_busy"',
    },
    'replay check: a known nonce': {
      frames: () => tab.knownNonces(),
      says: () => '"replay_rejected"',
    },
  };
}

/**
 * @typedef {object} Operation
 * @property {() => void} [begin] before the first measurement
 * @property {() => void} [before] before each measurement
 * @property {() => import('./queue-world.mjs').Frame[]} frames
 * @property {() => string} says
 * @property {() => void} [after] after each measurement
 * @property {() => void} [end] after the last measurement
 */
