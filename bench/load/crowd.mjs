import { commandText, frameText, nextId } from './frames.mjs';
import { openSession } from './session.mjs';

const NAME = 'crowd_';

/** Tabs of each controller in which its commands wait. */
const TABS = 4;

/** The longest lease and the longest budget: nothing of a crowd ends while others are measured. */
const LONGEST_MS = 600_000;

/** Frames of one controller under way at a time. */
const STEP = 500;

/** Others who have very much waiting at the same relay: commands that are never answered, and locks. */
export class Crowd {
  #url;
  #nodeIds;

  /**
   * @param {string} url
   * @param {string[]} nodeIds
   */
  constructor(url, nodeIds) {
    this.#url = url;
    this.#nodeIds = nodeIds;
  }

  /**
   * @param {import('../access.mjs').ControllerAccess[]} members who share what there is to be
   * @param {{ commands: number, locks: number }} sizes
   */
  async gather(members, { commands, locks }) {
    const tally = { queued: 0, routed: 0, locks: 0 };
    for (const [index, { accessToken }] of members.entries()) {
      const socket = await openSession(this.#url, { role: 'controller', accessToken });
      await sendAll(
        socket,
        this.#frames(index, { commands: commands / members.length, locks: locks / members.length }),
        (text) => {
          if (text.includes('"type":"queued"')) tally.queued += 1;
          else if (text.includes('"type":"routed"')) tally.routed += 1;
          else if (text.includes('"type":"lock_acquired"')) tally.locks += 1;
          else throw new Error(`The relay answered ${text}`);
        },
      );
    }
    return tally;
  }

  /**
   * @param {number} member
   * @param {{ commands: number, locks: number }} sizes
   */
  *#frames(member, { commands, locks }) {
    // The first of each tab is under way; the others wait.
    for (let count = 0; count < commands + TABS; count++) {
      const nodeId = this.#nodeIds[count % this.#nodeIds.length] ?? '';
      const tabSessionId = `tab_${NAME}${member}_${count % TABS}`;
      yield commandText({ requestId: `${NAME}${nextId()}`, nodeId, tabSessionId, timeoutMs: LONGEST_MS });
    }
    for (let count = 0; count < locks; count++) {
      const targetNodeId = this.#nodeIds[count % this.#nodeIds.length] ?? '';
      const payload = { targetNodeId, tabSessionId: `tab_lock_${member}_${count}`, lockLeaseMs: LONGEST_MS };
      yield frameText('tab_lock', { requestId: nextId(), senderRole: 'controller', payload });
    }
  }
}

/** @param {string} requestId */
export function isOfCrowd(requestId) {
  return requestId.startsWith(NAME);
}

/**
 * Sends frames, a few hundred ahead of the answers. Every frame has one.
 * @param {import('ws').WebSocket} socket
 * @param {Iterable<string>} frames
 * @param {(answer: string) => void} onAnswer
 * @returns {Promise<void>}
 */
function sendAll(socket, frames, onAnswer) {
  const waiting = frames[Symbol.iterator]();
  let open = 0;
  return new Promise((resolve, reject) => {
    const fill = () => {
      while (open < STEP) {
        const { value, done } = waiting.next();
        if (done === true) break;
        open += 1;
        socket.send(value);
      }
      if (open === 0) resolve();
    };
    socket.on('message', (bytes) => {
      const text = String(bytes);
      if (text.includes('"messageType":"pong"')) return;
      open -= 1;
      try {
        onAnswer(text);
      } catch (error) {
        reject(error);
      }
      fill();
    });
    fill();
  });
}
