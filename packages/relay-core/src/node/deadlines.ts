import type { Clock, Timer } from '../ports/clock.js';

/**
 * The deadlines of one channel's commands, with one timer for all of them: nearly every command is answered long before
 * its own, and a timer that is armed and cancelled for each costs 6 µs of a command's 140 while many wait for one tab.
 * The timer is armed for the earliest deadline that it was told of, and stays armed when that command is gone: then it
 * only looks for the next one among those that live.
 */
export class Deadlines<Command extends Due> {
  readonly #options: DeadlinesOptions<Command>;
  #timer: Timer | undefined;
  /** When the timer goes off, in ticks. */
  #armedFor = Infinity;

  constructor(options: DeadlinesOptions<Command>) {
    this.#options = options;
  }

  /** Sets the deadline of a command that lives from now on; it may be `Infinity` milliseconds away. */
  set(command: Command, timeoutMs: number): void {
    command.dueAt = this.#options.clock.ticks() + timeoutMs;
    if (command.dueAt < this.#armedFor) this.#arm(command.dueAt);
  }

  /** No command lives any more, and none will for a while: leaves no timer armed. */
  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#armedFor = Infinity;
  }

  #arm(dueAt: number): void {
    this.#timer?.cancel();
    const { clock } = this.#options;
    this.#armedFor = dueAt;
    this.#timer = clock.after(Math.max(0, dueAt - clock.ticks()), () => this.#look());
  }

  #look(): void {
    const { clock, live, onDue, reportBug } = this.#options;
    this.clear();
    const now = clock.ticks();
    const due: Command[] = [];
    let next = Infinity;
    for (const command of live()) {
      if (command.dueAt <= now) due.push(command);
      else next = Math.min(next, command.dueAt);
    }
    // First, because whoever is told of an end may begin anew, or end the channel.
    if (next < Infinity) this.#arm(next);
    due.sort((left, right) => left.dueAt - right.dueAt);
    for (const command of due) {
      command.dueAt = Infinity;
      try {
        onDue(command);
      } catch (error) {
        reportBug(error);
      }
    }
  }
}

/** What has a deadline. */
export interface Due {
  /** In ticks; `Infinity` when there is none, or when it was met. */
  dueAt: number;
}

interface DeadlinesOptions<Command> {
  readonly clock: Pick<Clock, 'ticks' | 'after'>;
  /** Every command that has not been released, in the order of their acceptance. */
  readonly live: () => Iterable<Command>;
  /** Called once for each, the earliest deadline first; one that was released meanwhile may be among them. */
  readonly onDue: (command: Command) => void;
  readonly reportBug: (error: unknown) => void;
}
