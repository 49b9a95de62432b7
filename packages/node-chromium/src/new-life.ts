import { setMaxListeners } from 'node:events';

/** What ends once, watched by everything that runs meanwhile: however many listen, Node is not to warn of a leak. */
export function newLife(): AbortController {
  const life = new AbortController();
  setMaxListeners(0, life.signal);
  return life;
}
