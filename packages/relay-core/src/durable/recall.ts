import type { NodeChannel } from '../node/node-channel.js';
import type { CommandJournal, NodeOutcome } from '../ports/command-journal.js';
import type { DurableEntry } from './durable-entry.js';
import type { DurableRun } from './durable-run.js';
import type { StatusInquiry } from './status-inquiry.js';
import type { Submission } from './submission.js';
import type { WaitingSubmissions } from './waiting-submissions.js';

/** Finds out how a durable command ended: from the journal, or from the node that had it. */
export class Recall {
  readonly #inquiry: StatusInquiry;
  readonly #journal: CommandJournal;
  readonly #waiting: WaitingSubmissions;

  constructor(inquiry: StatusInquiry, journal: CommandJournal, waiting: WaitingSubmissions) {
    this.#inquiry = inquiry;
    this.#journal = journal;
    this.#waiting = waiting;
  }

  /** Asks the node about a command that it had and whose end nobody knows. */
  ask(entry: DurableEntry, channel: NodeChannel, then: AnswerEndings): void {
    const asking = { phase: 'asking' } as const;
    entry.state = asking;
    this.#inquiry.ask(entry, channel, (answer) => {
      // It has ended, or is asked about anew.
      if (entry.state !== asking) return;
      if (answer.status === 'done') {
        then.done(answer.outcome);
      } else if (answer.status === 'running') {
        entry.state = { phase: 'adopted' };
        then.running();
      } else if (answer.status === 'never_received') {
        entry.state = { phase: 'unknown' };
        then.neverArrived();
      } else {
        entry.state = { phase: 'unknown' };
        const code = answer.status === 'unanswered' ? answer.code : 'outcome_unknown';
        this.#waiting.failAll(entry, code, 'unknown');
      }
    });
  }

  /**
   * Asks about one in its lane that was sent over a connection which its node has replaced: the frame, or the answer, may
   * have died with that. Whatever else the node says, the command is as live as it was.
   */
  askAboutSent(entry: DurableEntry, run: DurableRun, then: Omit<AnswerEndings, 'running'>): void {
    const { carrier, channel } = run;
    this.#inquiry.ask(entry, channel, (answer) => {
      // It has ended meanwhile, by its own answer or by one to an earlier question.
      if (channel.find(carrier.requestId) !== carrier || carrier.isSettled) return;
      if (answer.status === 'done') then.done(answer.outcome);
      else if (answer.status === 'never_received') then.neverArrived();
    });
  }

  /** Gives the outcome on record; of one that was too large to keep, the node is asked first. */
  replay(entry: DurableEntry, submission: Submission, channel: NodeChannel | undefined): void {
    if (entry.state.phase !== 'done') return;
    const { ref, isOmitted } = entry.state;
    const give = (outcome: NodeOutcome) => this.#waiting.deliver(entry, submission, outcome);
    const giveStored = () => {
      const lost = () => this.#waiting.fail(entry, submission, 'outcome_unknown', 'unknown');
      this.#journal.read(ref).then(give, lost);
    };
    if (!isOmitted || channel === undefined) {
      giveStored();
      return;
    }
    this.#inquiry.ask(entry, channel, (answer) => {
      if (answer.status === 'done') give(answer.outcome);
      else giveStored();
    });
  }
}

/** What follows when the node knows of the command, or knows that it never came. */
interface AnswerEndings {
  done(outcome: NodeOutcome): void;
  /** It is adopted: its answer will come by itself. */
  running(): void;
  neverArrived(): void;
}
