import { demand, type Invariant } from '../invariants.js';
import type { Frame, ModelSession } from './facts.js';

/** What the relay owes its peers by the end of the step. */
export class Replies {
  readonly #owed: Owed[] = [];

  /** A frame of the relay's making. */
  owe(socket: string, debt: Omit<Debt, 'bytes'> & Required<Pick<Debt, 'matches'>>): void {
    this.#owed.push({ ...debt, socket });
  }

  /** The very bytes that came from elsewhere. */
  oweBytes(socket: string, debt: Omit<Debt, 'matches'> & Required<Pick<Debt, 'bytes'>>): void {
    this.#owed.push({ ...debt, socket });
  }

  /** An error, with whatever of its payload must be so. */
  oweError(socket: string, requestId: string, code: string, facts: Payload = {}, then: Then = {}): void {
    const payload = { code, ...facts };
    this.owe(socket, {
      ...then,
      what: `error ${code} for ${requestId}`,
      matches: (frame) => is(frame, 'error', requestId, payload),
    });
  }

  oweEvent(socket: string, requestId: string, payload: Payload, then: Then = {}): void {
    this.owe(socket, {
      ...then,
      what: `event ${String(payload['type'])} for ${requestId}`,
      matches: (frame) => is(frame, 'event', requestId, payload),
    });
  }

  /** Whether a frame was owed; it is paid then. */
  take(socket: string, frame: Frame): boolean {
    return this.#take((owed) => owed.socket === socket && owed.matches?.(frame) === true, frame);
  }

  takeBytes(socket: string, bytes: Uint8Array): boolean {
    return this.#take((owed) => owed.socket === socket && isSame(owed.bytes, bytes));
  }

  /** Nothing is owed to one who is gone. */
  forgive({ socket }: Pick<ModelSession, 'socket'>): void {
    for (let at = this.#owed.length - 1; at >= 0; at -= 1) {
      if (this.#owed[at]?.socket === socket) this.#owed.splice(at, 1);
    }
  }

  /** By the end of a step all is paid; what was only allowed need not be sent. */
  demandPaid(): void {
    const owed = this.#owed.find(({ isOptional }) => isOptional !== true);
    this.#owed.length = 0;
    if (owed === undefined) return;
    demand(false, owed.invariant ?? 'answered_as_told', () => `${owed.socket} did not get ${owed.what}`);
  }

  /** A peer that is about to be closed has heard how its commands ended. */
  demandTerminals({ socket }: Pick<ModelSession, 'socket'>): void {
    const owed = this.#owed.find((each) => each.socket === socket && each.invariant === 'one_terminal');
    demand(owed === undefined, 'one_terminal', () => `${socket} was closed without ${owed?.what}`);
  }

  #take(isIt: (owed: Owed) => boolean, frame?: Frame): boolean {
    const at = this.#owed.findIndex(isIt);
    const [owed] = at < 0 ? [] : this.#owed.splice(at, 1);
    owed?.onTaken?.(frame);
    return owed !== undefined;
  }
}

function is(frame: Frame, messageType: string, requestId: string, payload: Payload): boolean {
  if (frame.messageType !== messageType || frame.requestId !== requestId) return false;
  return Object.entries(payload).every(([key, value]) => frame.payload[key] === value);
}

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  if (a === b) return true;
  return a !== undefined && a.length === b.length && a.every((byte, at) => byte === b[at]);
}

type Payload = Readonly<Record<string, unknown>>;

type Then = Pick<Debt, 'invariant' | 'isOptional' | 'onTaken'>;

interface Debt {
  /** For the report. */
  readonly what: string;
  readonly matches?: (frame: Frame) => boolean;
  readonly bytes?: Uint8Array;
  /** Which invariant it breaks when it is not paid. */
  readonly invariant?: Invariant;
  /** It may be sent, and need not be. */
  readonly isOptional?: boolean;
  readonly onTaken?: (frame: Frame | undefined) => void;
}

interface Owed extends Debt {
  readonly socket: string;
}
