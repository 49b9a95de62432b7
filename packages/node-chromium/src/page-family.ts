import type { DriverDialog } from '@telepat/otto-node-runtime';
import { within } from './until.js';

/**
 * A tab and its pop-ups. They may share a process, and then a dialog of one stops the others as well: to those it is
 * told as well, so that nobody waits for a page that stands still.
 */
export class PageFamily {
  readonly #members = new Set<FamilyMember>();
  /** Dialogs that are open: whoever joins may stand still because of one. */
  readonly #open = new Set<DriverDialog>();

  /** The function that it gives ends the membership. */
  join(member: FamilyMember): () => void {
    this.#members.add(member);
    for (const dialog of this.#open) void this.#askIfStopped(member, dialog);
    return () => this.#members.delete(member);
  }

  /** A dialog opened in the page of `owner`. */
  opened(dialog: DriverDialog, owner: FamilyMember['dialogs']): void {
    this.#open.add(dialog);
    for (const member of this.#members) {
      if (member.dialogs !== owner) void this.#askIfStopped(member, dialog);
    }
  }

  closed(dialog: DriverDialog): void {
    this.#open.delete(dialog);
    for (const { dialogs } of this.#members) dialogs.goOn(dialog);
  }

  async #askIfStopped({ session, dialogs }: FamilyMember, dialog: DriverDialog): Promise<void> {
    const answer = session.send('Runtime.evaluate', { expression: '0' }).then(yes, yes);
    if ((await within(ANSWER_MS_MAX, answer, [])) === true) return;
    if (dialog.isAnswered || !this.#open.has(dialog)) return;
    dialogs.stoppedBy(dialog);
    // It was only slow.
    await answer;
    dialogs.goOn(dialog);
  }
}

/** A page in another process has answered by then. */
const ANSWER_MS_MAX = 500;

/** An error is an answer, too: the page is being replaced, or gone. */
function yes(): true {
  return true;
}

interface FamilyMember {
  readonly session: {
    send(method: 'Runtime.evaluate', params: { expression: string }): Promise<unknown>;
  };
  readonly dialogs: {
    /** The dialog of another page stops this one as well. */
    stoppedBy(dialog: DriverDialog): void;
    /** It does so no more. */
    goOn(dialog: DriverDialog): void;
  };
}
