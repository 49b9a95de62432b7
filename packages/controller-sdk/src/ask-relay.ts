import { OttoError, RemoteError, isObject, type Envelope, type MessageType } from '@telepat/otto-protocol';
import type { Loss, Session, TakeFrame } from './session.js';

/** How long the relay may take for an answer that no node is needed for. */
const ASK_MS_MAX = 10_000;

/**
 * Asks the relay itself, not a node, and settles with its answer: the first event under the question's id whose type
 * is expected. Frames that follow go to `onFurther`, until the session forgets the id.
 *
 * @throws OttoError what the relay said, `relay_disconnected`, `client_timeout`, or `command_cancelled` after an abort
 */
export function askRelay(session: Session, question: Question): Promise<Answer> {
  const { type, payload, answers, onFurther, signal } = question;
  const requestId = session.newRequestId();

  return new Promise((resolve, reject) => {
    const fail = (error: OttoError): void => {
      end();
      session.forget(requestId);
      reject(error);
    };
    const onAbort = (): void => fail(new OttoError('command_cancelled', { requestId, effect: 'unknown' }));
    const onFrame = (frame: Envelope): void => {
      const said = isObject(frame.payload) ? frame.payload : {};
      if (frame.messageType === 'error') fail(new RemoteError(said, requestId));
      if (frame.messageType !== 'event' || !answers.includes(String(said['type']))) return;
      end();
      if (onFurther === undefined) session.forget(requestId);
      else session.expect(requestId, onFurther);
      resolve({ requestId, payload: said });
    };
    const timer = session.platform.clock.after(ASK_MS_MAX, () =>
      fail(new OttoError('client_timeout', { requestId, effect: 'unknown' })),
    );
    const leave = session.join({ lost: (loss) => fail(lostError(loss, requestId, 'unknown')), returned: () => {} });
    const end = (): void => {
      timer.cancel();
      leave();
      signal?.removeEventListener('abort', onAbort);
    };

    signal?.addEventListener('abort', onAbort, { once: true });
    session.expect(requestId, onFrame);
    if (signal?.aborted === true) fail(new OttoError('command_cancelled', { requestId, effect: 'none' }));
    else if (!session.send(type, payload, { requestId })) fail(lostError(session.loss, requestId, 'none'));
  });
}

/** The error of something that ends because there is no connection. */
export function lostError({ code, message }: Loss, requestId: string, effect: 'none' | 'unknown'): OttoError {
  return new OttoError(code, { requestId, effect, ...(message === undefined ? {} : { message }) });
}

export interface Question {
  readonly type: MessageType;
  readonly payload: object;
  /** The types of event that answer it. */
  readonly answers: readonly string[];
  readonly onFurther?: TakeFrame;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly requestId: string;
  readonly payload: Readonly<Record<string, unknown>>;
}
