import { INTERRUPTING_SIGNALS } from './interruption.js';

/** What comes sooner after the first Ctrl+C is the same one again, as from npm, which passes it on to its children. */
const AGAIN_MS_MIN = 500;

/** Who asks again does not want to wait for whatever is still being ended. Some parents pass on what we got already. */
export function endAtSecondInterrupt(host: InterruptibleHost, now: () => number = () => performance.now()): void {
  let firstAt: number | undefined;
  host.on('SIGINT', () => {
    const at = now();
    firstAt ??= at;
    if (at - firstAt >= AGAIN_MS_MIN) host.exit(INTERRUPTING_SIGNALS.SIGINT);
  });
}

/** What a process has for that. */
export interface InterruptibleHost {
  on(event: 'SIGINT', listener: () => void): unknown;
  exit(code: number): void;
}
