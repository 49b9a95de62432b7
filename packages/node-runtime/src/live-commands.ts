import {
  CANCEL_REASON_UNATTENDED,
  OttoError,
  commandCancelPayload,
  commandDeadlineEvent,
  type Envelope,
  type ErrorCode,
} from '@telepat/otto-protocol';
import type { Clock } from '@telepat/otto-relay-link';
import { CommandDeadline } from './command-deadline.js';
import { COMMAND_STATUS, commandStatus } from './command-status.js';
import type { DurableRecords } from './durable-records.js';
import { readCommand, type NodeCommand } from './node-command.js';
import type { ActionTools } from './node-action.js';
import type { FrameLimit } from './frame-limit.js';
import type { LogToHost } from './node-log.js';
import { completed, failed, terminalOf, type Outcome, type Terminal } from './outcome.js';
import { runCommand } from './run-command.js';
import { TabLanes } from './tab-lanes.js';

/** Commands that may be live at once; the relay's own limits are lower, so that only a broken one meets this. */
const LIVE_COMMANDS_MAX = 1_024;

/** What whoever asks again under the same key is told: nobody has cancelled it by a wish. */
const UNATTENDED = {
  message: 'The command was stopped, because its controller was away for longer than the relay keeps commands for it.',
  actionableHint:
    'Look at effect and at the tab, then send it under a new idempotencyKey. OTTO_ORPHAN_GRACE_MS of the relay says how long it waits.',
} as const;

/** The commands that arrived and have no outcome yet. Each that is accepted gets exactly one, through `onOutcome`. */
export class LiveCommands {
  readonly #ports: LiveCommandPorts;
  readonly #tools: ActionTools;
  readonly #lanes = new TabLanes();
  readonly #live = new Map<string, LiveCommand>();
  #isStopping = false;

  constructor(ports: LiveCommandPorts) {
    this.#ports = ports;
    const { log, tools } = ports;
    this.#tools = { ...tools, log, stopTab: (tabSessionId, { except }) => this.#stopTab(tabSessionId, except) };
  }

  accept(frame: Envelope): void {
    const { requestId } = frame;
    if (this.#live.has(requestId)) {
      this.#ports.log({ level: 'warn', type: 'duplicate_command_ignored', requestId, ...traceOf(frame) });
      return;
    }
    const command = this.#readOrRefuse(frame);
    if (command === undefined) return;
    if (command.action === COMMAND_STATUS) this.#tellStatus(command);
    else if (this.#isStopping || this.#live.size >= LIVE_COMMANDS_MAX)
      this.#refuse(command, new OttoError('node_busy'));
    else void this.#run(command);
  }

  /** Asks a command to stop; its outcome follows by itself. One that has ended already needs none. */
  cancel(frame: Envelope): void {
    const parsed = commandCancelPayload.safeParse(frame.payload);
    if (!parsed.success) return;
    const { reason, targetRequestId } = parsed.data;
    const context = reason === CANCEL_REASON_UNATTENDED ? UNATTENDED : {};
    this.#live.get(targetRequestId)?.abort.abort(new OttoError('command_cancelled', context));
  }

  /** Gives a command more time, because somebody waits for it who came later. Other events are not for nodes. */
  putOff(frame: Envelope): void {
    const parsed = commandDeadlineEvent.safeParse(frame.payload);
    if (parsed.success) this.#live.get(parsed.data.targetRequestId)?.deadline.putOff(parsed.data.timeoutMs);
  }

  /** Takes no more, and asks everything to stop; resolves when all have their outcome. */
  async stopAll(): Promise<void> {
    this.#isStopping = true;
    const all = [...this.#live.values()];
    for (const live of all) this.#stop(live, 'command_cancelled');
    await Promise.all(all.map(({ ended }) => ended));
  }

  #readOrRefuse(frame: Envelope): NodeCommand | undefined {
    try {
      return readCommand(frame);
    } catch (error) {
      const { requestId, traceparent } = frame;
      const trace = { ...traceOf(frame), ...(traceparent === undefined ? {} : { traceparent }) };
      const nameless: NodeCommand = { requestId, ...trace, action: '', input: {}, timeoutMs: 0 };
      this.#refuse(nameless, OttoError.from(error));
      return undefined;
    }
  }

  /** Also while the node stops: it asks of what has been. */
  #tellStatus(command: NodeCommand): void {
    try {
      const data = commandStatus(command.input, this.#ports.records);
      this.#end(command, completed(command, { data, durationMs: 0, warnings: [] }));
    } catch (error) {
      this.#refuse(command, OttoError.from(error));
    }
  }

  #refuse(command: NodeCommand, error: OttoError): void {
    this.#end(command, failed(command, error, { mayHaveEffect: false }));
  }

  #end(command: NodeCommand, outcome: Outcome): void {
    const terminal = terminalOf(command, outcome, this.#ports.limit);
    this.#ports.records.end(command, terminal);
    this.#ports.onOutcome(command, terminal);
  }

  #run(command: NodeCommand): Promise<void> {
    const { clock, log } = this.#ports;
    const { requestId, action, timeoutMs } = command;
    const ids = { requestId, ...traceOf(command), action };
    this.#ports.records.begin(command);
    const abort = new AbortController();
    const onOver = () => this.#stop(this.#live.get(requestId), 'command_timed_out');
    const deadline = new CommandDeadline(clock, timeoutMs, onOver);
    const ended = runCommand(command, {
      clock,
      msLeft: () => deadline.msLeft,
      lanes: this.#lanes,
      tools: this.#tools,
      signal: abort.signal,
      reportBug: (error) => log({ level: 'error', type: 'internal_error', ...ids, error }),
    }).then((outcome) => {
      deadline.cancel();
      this.#live.delete(requestId);
      this.#tell(command, outcome);
    });
    this.#live.set(requestId, { command, abort, deadline, ended });
    return ended;
  }

  /** What cannot be told, because it is no JSON, is told as a bug: nobody is to wait for ever. */
  #tell(command: NodeCommand, outcome: Outcome): void {
    try {
      this.#end(command, outcome);
    } catch (error) {
      const { requestId, action } = command;
      this.#ports.log({ level: 'error', type: 'internal_error', requestId, ...traceOf(command), action, error });
      this.#end(command, failed(command, new OttoError('internal_error'), { mayHaveEffect: true }));
    }
  }

  #stop(live: LiveCommand | undefined, code: ErrorCode): void {
    live?.abort.abort(new OttoError(code));
  }

  #stopTab(tabSessionId: string, except: string): void {
    for (const live of this.#live.values()) {
      const { command } = live;
      if (command.tabSessionId === tabSessionId && command.requestId !== except) this.#stop(live, 'tab_closed');
    }
  }
}

function traceOf({ traceId }: Pick<Envelope, 'traceId'>): { traceId?: string } {
  return traceId === undefined ? {} : { traceId };
}

export interface LiveCommandPorts {
  readonly clock: Clock;
  readonly tools: Omit<ActionTools, 'log' | 'stopTab'>;
  readonly log: LogToHost;
  readonly records: DurableRecords;
  /** What the relay takes. */
  readonly limit: Pick<FrameLimit, 'fits'>;
  onOutcome(command: NodeCommand, terminal: Terminal): void;
}

interface LiveCommand {
  readonly command: NodeCommand;
  readonly abort: AbortController;
  readonly deadline: CommandDeadline;
  readonly ended: Promise<void>;
}
