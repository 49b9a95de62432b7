import type { CommandEvent, CommandOptions, CommandResult } from '@telepat/otto-sdk';

/**
 * Two controllers send commands at one tab at once: the first one keeps it busy, and two others come while it runs.
 * The relay lets them wait in the order in which they came.
 */
export async function raceForTab(options: RaceOptions): Promise<RaceOutcome> {
  const { first, second, busy } = options;
  const started = options.now();
  const moments: Moment[] = [];

  /** Sends a command, and resolves `begun` when the relay has let it wait or run. */
  const send = (who: Racer, action: string, input: Readonly<Record<string, unknown>>): Entry => {
    const note = (what: string) =>
      moments.push({ atMs: Math.round(options.now() - started), who: who.name, action, what });
    let begin = () => {};
    const hasBegun = new Promise<void>((resolve) => (begin = resolve));
    const onEvent = (event: CommandEvent) => {
      note(told(event));
      begin();
    };
    const { nodeId, tabSessionId, signal } = options;
    const ended = who.client
      .send(action, input, { nodeId, tabSessionId, signal, waitPolicy: 'wait_with_timeout', onEvent })
      .then((result) => {
        note('done');
        return result;
      });
    // A command that fails is told below, where all of them are awaited.
    return { ended, begun: Promise.race([hasBegun, ended.then(begin, begin)]) };
  };

  const navigating = send(first, 'primitive.tab.navigate', busy);
  await navigating.begun;
  const waiting = send(second, 'primitive.dom.extract_text', { selector: 'body' });
  await waiting.begun;
  const last = send(first, 'primitive.dom.extract_text', { selector: 'body' });
  const [waited] = await Promise.all([waiting.ended, last.ended, navigating.ended]);
  return { moments, waitedRequestId: waited.requestId };
}

function told(event: CommandEvent): string {
  return event.type === 'queued' ? `queued, depth ${event.queueDepth}` : 'runs';
}

interface Entry {
  readonly begun: Promise<void>;
  readonly ended: Promise<CommandResult>;
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
