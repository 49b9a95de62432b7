import { OttoError, type ActionDescriptor } from '@telepat/otto-protocol';
import type { Clock } from '@telepat/otto-relay-link';
import type { LogToHost } from './node-log.js';
import type { ListenerTable } from './listener-table.js';
import type { BrowserDriver } from './ports.js';
import type { SiteCommandSource } from './site-commands/site-command-registry.js';
import type { TabRegistry } from './tab-registry.js';

/**
 * Joins the descriptor of an action and the work behind it: the input is checked once, here, and the work sees only
 * what passed.
 */
export function nodeAction<D extends ActionDescriptor>(
  descriptor: D,
  run: (input: D['input']['_output'], call: ActionCall) => Promise<D['output']['_output']>,
  traits: NodeActionTraits<D> = {},
): NodeAction {
  return {
    descriptor,
    prepare: (raw) => {
      const input = parseInput(descriptor, raw);
      return {
        skipsLane: traits.skipsLane?.(input) ?? false,
        mayLeaveEffect: !descriptor.readOnly && traits.undoesFailure !== true,
        run: (call) => run(input, call),
      };
    },
  };
}

/** The input of an action, checked; a fault names its field. */
export function parseInput<D extends ActionDescriptor>(descriptor: D, raw: unknown): D['input']['_output'] {
  const parsed = descriptor.input.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'The input' : issue.path.join('.');
  const message = `${where}: ${issue?.message ?? 'not well-formed'}`;
  throw new OttoError('invalid_action_input', { message, effect: 'none' });
}

/** One action as the node dispatches it. */
export interface NodeAction {
  readonly descriptor: ActionDescriptor;
  /**
   * Checks the input of one command.
   * @throws OttoError `invalid_action_input`, naming the field.
   */
  prepare(raw: unknown): PreparedAction;
}

/** An action with its input, ready to run once. */
export interface PreparedAction {
  /** Does not wait for what runs in the tab. */
  readonly skipsLane: boolean;
  /** When it fails, something may have happened all the same. */
  readonly mayLeaveEffect: boolean;
  run(call: ActionCall): Promise<unknown>;
}

/** What the work of an action is given beside its input. */
export interface ActionCall {
  readonly requestId: string;
  readonly signal: AbortSignal;
  readonly tools: ActionTools;
  /** Milliseconds until the command's time is over; never negative. */
  msLeft(): number;
  /** Adds a sentence to the `warnings` of the result. */
  warn(sentence: string): void;
}

/** What all actions of one node share. */
export interface ActionTools {
  readonly driver: BrowserDriver;
  readonly tabs: TabRegistry;
  readonly siteCommands: SiteCommandSource;
  readonly listeners: ListenerTable;
  readonly clock: Clock;
  readonly log: LogToHost;
  encodeBase64(bytes: Uint8Array): string;
  /** The bytes of a text that is known to be base64. */
  decodeBase64(text: string): Uint8Array;
  /** Ends what runs or waits in a tab, but for one command, with `tab_closed`. */
  stopTab(tabSessionId: string, options: { except: string }): void;
}

interface NodeActionTraits<D extends ActionDescriptor> {
  readonly skipsLane?: (input: D['input']['_output']) => boolean;
  /** A failure leaves everything as it was, although the action is not read-only. */
  readonly undoesFailure?: true;
}
