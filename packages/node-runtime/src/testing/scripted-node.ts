import { encodeFrame, isObject, makeFrame, type Envelope } from '@telepat/otto-protocol';
import { RelayLink, type RelayLinkOptions } from '@telepat/otto-relay-link';

/**
 * A node without a browser that answers as told: a result, an error, or nothing. It speaks the wire protocol for real,
 * so that relays and controllers can be tried against it over any socket.
 */
export class ScriptedNode {
  /** Every command that arrived, in order. */
  readonly commands: ReceivedCommand[] = [];
  /** The `requestId`s that the relay asked to cancel. */
  readonly cancelled: string[] = [];
  readonly link: RelayLink;
  readonly #answer: (command: ReceivedCommand) => ScriptedAnswer;

  constructor({ nodeId, capabilities = [], answer, ...link }: ScriptedNodeOptions) {
    this.#answer = answer;
    this.link = new RelayLink({
      ...link,
      role: 'node',
      hello: { nodeId, capabilities },
      onFrame: (frame) => this.#onFrame(frame),
      onState: () => {},
    });
  }

  /** Resolves when the relay knows the node. */
  start(): Promise<void> {
    this.link.start();
    return this.link.ready();
  }

  stop(): Promise<void> {
    return this.link.close();
  }

  /** Answers a command that was left unanswered. */
  reply({ requestId, action }: ReceivedCommand, answer: ScriptedAnswer): void {
    if (answer === 'silence') return;
    if ('error' in answer)
      this.#send('error', requestId, { category: 'execution', message: 'As told.', ...answer.error });
    else this.#send('result', requestId, { ok: true, durationMs: 1, action, commandOutcome: 'completed', ...answer });
  }

  #onFrame(frame: Envelope): void {
    const payload = isObject(frame.payload) ? frame.payload : {};
    if (frame.messageType === 'command_cancel') this.cancelled.push(String(payload['targetRequestId']));
    if (frame.messageType !== 'command') return;
    const command: ReceivedCommand = {
      requestId: frame.requestId,
      action: String(payload['action']),
      ...(typeof payload['tabSessionId'] === 'string' ? { tabSessionId: payload['tabSessionId'] } : {}),
      input: isObject(payload['payload']) ? payload['payload'] : {},
    };
    this.commands.push(command);
    this.reply(command, this.#answer(command));
  }

  #send(type: 'result' | 'error', requestId: string, payload: object): void {
    this.link.send(encodeFrame(makeFrame(type, { requestId, senderRole: 'node', payload })));
  }
}

export interface ReceivedCommand {
  readonly requestId: string;
  readonly action: string;
  readonly tabSessionId?: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The data of a result, the payload of an error, or no answer for now. */
export type ScriptedAnswer =
  | { readonly data: unknown; readonly warnings?: readonly string[] }
  | { readonly error: { readonly code: string } & Readonly<Record<string, unknown>> }
  | 'silence';

export interface ScriptedNodeOptions extends Omit<RelayLinkOptions, 'role' | 'hello' | 'onFrame' | 'onState'> {
  readonly nodeId: string;
  readonly capabilities?: readonly string[];
  answer(command: ReceivedCommand): ScriptedAnswer;
}
