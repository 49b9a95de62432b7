import type { CommandEvent, CommandOptions, CommandResult } from '@telepat/otto-sdk';

/**
 * Two controllers send commands at one tab at once: the first one keeps it busy, and two others come while it runs.
 * The relay lets them wait in the order in which they came.
 */
export async function raceForTab(options: RaceOptions): Promise<RaceOutcome> {
  const { first, second, nodeId, tabSessionId, now } = options;
  const started = now();
  const moments: Moment[] = [];
  const note = (who: Racer, action: string, what: string) =>
    moments.push({ atMs: Math.round(now() - started), who: who.name, action, what });
  const send = (who: Racer, action: string, input: Readonly<Record<string, unknown>>, onRouted = () => {}) =>
    who.client
      .send(action, input, {
        nodeId,
        tabSessionId,
        waitPolicy: 'wait_with_timeout',
        signal: options.signal,
        onEvent: (event) => {
          note(who, action, told(event));
          if (event.type === 'routed') onRouted();
        },
      })
      .then((result) => {
        note(who, action, 'done');
        return result;
      });

  let running = () => {};
  const isRunning = new Promise<void>((resolve) => (running = resolve));
  const busy = send(first, 'primitive.tab.navigate', options.busy, () => running());
  await Promise.race([isRunning, busy]);
  const [waited] = await Promise.all([
    send(second, 'primitive.dom.extract_text', { selector: 'body' }),
    send(first, 'primitive.dom.extract_text', { selector: 'body' }),
    busy,
  ]);
  return { moments, waitedRequestId: waited.requestId };
}

function told(event: CommandEvent): string {
  return event.type === 'queued' ? `queued, depth ${event.queueDepth}` : 'runs';
}

export interface Racer {
  readonly name: string;
  readonly client: CommandSender;
}

export interface RaceOptions {
  readonly first: Racer;
  readonly second: Racer;
  readonly nodeId: string;
  readonly tabSessionId: string;
  /** Input of a navigation that takes a while. */
  readonly busy: Readonly<Record<string, unknown>>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export interface RaceOutcome {
  readonly moments: readonly Moment[];
  /** Of the second controller's command. */
  readonly waitedRequestId: string;
}

export interface Moment {
  readonly atMs: number;
  readonly who: string;
  readonly action: string;
  readonly what: string;
}

/** As much of an `OttoClient` as the race needs. */
interface CommandSender {
  send(action: string, input: Readonly<Record<string, unknown>>, options: CommandOptions): Promise<CommandResult>;
}
