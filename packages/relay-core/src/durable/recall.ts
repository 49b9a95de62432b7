import type { NodeChannel } from '../node/node-channel.js';
import type { CommandJournal, NodeOutcome } from '../ports/command-journal.js';
import type { DurableEntry } from './durable-entry.js';
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
    entry.state = { phase: 'asking' };
    this.#inquiry.ask(entry, channel, (answer) => {
      if (entry.state.phase !== 'asking') return;
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
