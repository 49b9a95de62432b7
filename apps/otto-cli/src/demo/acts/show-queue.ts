import type { DemoController, DemoPage, DemoWorld } from '../demo-world.js';
import { raceForTab, type Moment, type RaceOutcome } from '../race-for-tab.js';

/** How long the demo's own page keeps its tab busy. */
const BUSY_MS = 600;

/** Lets two controllers command one tab at once, and shows how their commands wait for each other. */
export async function showQueue(
  { narrator, io, now, url }: DemoWorld,
  [first, second]: readonly [DemoController, DemoController],
  page: DemoPage,
): Promise<RaceOutcome> {
  const outcome = await narrator.step('sending commands of two controllers to one tab', async () => {
    const { nodeId, tabSessionId } = page;
    const busyUrl = url === undefined ? new URL(`/tides?delayMs=${BUSY_MS}`, page.url).href : page.url;
    const busy = { url: busyUrl, waitUntil: url === undefined ? 'networkidle' : 'load' };
    const value = await raceForTab({ first, second, nodeId, tabSessionId, busy, now, signal: io.signal });
    const waited = value.moments.filter(({ what }) => what.startsWith('queued')).length;
    const told = `${first.name} and ${second.name} commanded the tab at once: ${waited} commands waited in its queue.`;
    return { told, value };
  });
  narrator.detail(outcome.moments.map(lineOf).join('\n'));
  return outcome;
}

function lineOf({ atMs, who, action, what }: Moment): string {
  return `${String(atMs).padStart(5)} ms  ${who}  ${action.padEnd(26)}  ${what}`;
}
