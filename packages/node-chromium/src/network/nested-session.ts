import { OttoError } from '@telepat/otto-protocol';
import type { CDPSession } from 'playwright-core';
import * as z from 'zod';
import type { TargetEvent, TargetSession } from './target-session.js';

/**
 * A session with a frame or worker that has a process of its own. It is spoken to through the session of what contains
 * it, because playwright gives away no other way to hear such a target from its first moment on.
 */
export class NestedSession implements TargetSession {
  readonly #parent: TargetSession;
  readonly #sessionId: string;
  readonly #onEvent: (event: TargetEvent) => void;
  readonly #asked = new Map<number, Asker>();
  #lastId = 0;
  #isOver = false;

  constructor(parent: TargetSession, sessionId: string, onEvent: (event: TargetEvent) => void) {
    this.#parent = parent;
    this.#sessionId = sessionId;
    this.#onEvent = onEvent;
  }

  readonly send: CDPSession['send'] = (method, params) => this.#ask(method, params);

  /** A text from the target: an answer, or an event. */
  take(text: string): void {
    const message = messageSchema.safeParse(JSON.parse(text)).data;
    if (message === undefined) return;
    if ('method' in message) {
      this.#onEvent(message);
      return;
    }
    const asker = this.#asked.get(message.id);
    this.#asked.delete(message.id);
    if (message.error === undefined) asker?.resolve(message.result);
    else asker?.reject(new Error(message.error.message));
  }

  /** The target is gone: whoever waits for an answer gets none, and whoever asks from now on. */
  end(): void {
    this.#isOver = true;
    for (const { reject } of this.#asked.values()) reject(new OttoError('tab_closed'));
    this.#asked.clear();
  }

  #ask<R>(method: string, params: unknown): Promise<R> {
    if (this.#isOver) return Promise.reject(new OttoError('tab_closed'));
    const id = ++this.#lastId;
    const message = JSON.stringify({ id, method, ...(params === undefined ? {} : { params }) });
    return new Promise((resolve, reject) => {
      // The browser answers as its protocol says; the same trust is given to playwright's own sessions.
      this.#asked.set(id, { resolve: (result) => resolve(result as R), reject });
      this.#parent.send('Target.sendMessageToTarget', { sessionId: this.#sessionId, message }).catch((error: Error) => {
        this.#asked.delete(id);
        reject(error);
      });
    });
  }
}

const messageSchema = z.union([
  z.object({ method: z.string(), params: z.unknown().optional() }),
  z.object({
    id: z.number(),
    result: z.unknown().optional(),
    error: z.object({ message: z.string() }).optional(),
  }),
]);

interface Asker {
  resolve(result: unknown): void;
  reject(error: Error): void;
}
