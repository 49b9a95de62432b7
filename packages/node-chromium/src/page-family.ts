import type { CDPSession } from 'playwright-core';
import type { PageDialog } from './page-dialog.js';
import type { PageDialogs } from './page-dialogs.js';
import { within } from './until.js';

/**
 * A tab and its pop-ups. They may share a process, and then a dialog of one stops the others as well: to those it is
 * told as if it were their own, so that nobody waits for a page that stands still.
 */
export class PageFamily {
  readonly #members = new Set<FamilyMember>();

  /** The function that it gives ends the membership. */
  join(member: FamilyMember): () => void {
    this.#members.add(member);
    return () => this.#members.delete(member);
  }

  /** A dialog opened in the page of `owner`. */
  opened(dialog: PageDialog, owner: PageDialogs): void {
    for (const member of this.#members) {
      if (member.dialogs !== owner) void this.#askIfStopped(member, dialog);
    }
  }

  closed(dialog: PageDialog): void {
    for (const { dialogs } of this.#members) dialogs.goOn(dialog);
  }

  async #askIfStopped({ session, dialogs }: FamilyMember, dialog: PageDialog): Promise<void> {
    const answer = session.send('Runtime.evaluate', { expression: '0' }).then(yes, yes);
    if ((await within(ANSWER_MS_MAX, answer, [])) === true || dialog.isAnswered) return;
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
  readonly session: CDPSession;
  readonly dialogs: PageDialogs;
}
