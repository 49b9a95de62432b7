// Controllers that are there and do nothing but say so.
import { answerParent } from '../program.mjs';
import { openSession } from './session.mjs';

/** Logins under way at a time: a relay has room for two hundred sockets that are not authenticated yet. */
const AT_ONCE = 50;

answerParent({ open });

/** @param {{ url: string, accessTokens: string[] }} question a socket for each token */
async function open({ url, accessTokens }) {
  const waiting = accessTokens.values();
  const openOneByOne = async () => {
    for (const accessToken of waiting) {
      const socket = await openSession(url, { role: 'controller', accessToken });
      socket.on('close', (code) => {
        throw new Error(`An idle controller was closed with ${code}.`);
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, openOneByOne));
  return {};
}
