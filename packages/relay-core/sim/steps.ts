import type { DiskMode } from './sim-journal.js';

/**
 * What happens to a simulated relay, one step at a time. Steps are plain data and name what they speak of, so that a
 * history still means something when steps are taken out of it: one whose subject is not there does nothing.
 */
export type Step =
  | ConnectStep
  | { readonly do: 'stranger'; readonly socket: string; readonly role: Role; readonly frames: readonly StrangerFrame[] }
  | CommandStep
  | { readonly do: 'cancel'; readonly socket: string; readonly id: string; readonly target: string | null }
  | LockStep
  | { readonly do: 'unlock'; readonly socket: string; readonly id: string; readonly node: string; readonly tab: string }
  | { readonly do: 'follow'; readonly socket: string; readonly id: string; readonly source: string | null }
  | { readonly do: 'detach'; readonly socket: string; readonly keepTabsMs: number | null }
  | { readonly do: 'renew'; readonly socket: string; readonly id: string; readonly token: TokenKind }
  | { readonly do: 'say'; readonly socket: string; readonly id: string; readonly what: OddFrame }
  | AnswerStep
  | { readonly do: 'update'; readonly socket: string; readonly id: string; readonly isMalformed: boolean }
  | { readonly do: 'report'; readonly socket: string; readonly about: string | null; readonly isMalformed: boolean }
  | { readonly do: 'hang_up'; readonly socket: string }
  | { readonly do: 'report_closed'; readonly socket: string }
  | { readonly do: 'mute'; readonly socket: string }
  | { readonly do: 'clog'; readonly socket: string }
  | { readonly do: 'drain'; readonly socket: string }
  | { readonly do: 'grant'; readonly who: string; readonly node: string; readonly forMs: number | null }
  | { readonly do: 'withdraw'; readonly who: string; readonly node: string }
  | { readonly do: 'remove'; readonly who: string }
  | { readonly do: 'revoke'; readonly who: string }
  | { readonly do: 'jump'; readonly ms: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'disk'; readonly mode: DiskMode }
  | { readonly do: 'sync'; readonly count: number }
  | { readonly do: 'stop' }
  | { readonly do: 'crash' };

/** A peer connects and authenticates; `burst` follows the `auth` at once, `meanwhile` happens while it is verified. */
export interface ConnectStep {
  readonly do: 'connect';
  readonly socket: string;
  readonly who: string;
  readonly token: TokenKind;
  /** Of a node: the process that it is. */
  readonly instance: string | null;
  readonly burst: readonly Step[];
  readonly meanwhile: { readonly step: Step; readonly turns: number } | null;
}

export interface CommandStep {
  readonly do: 'command';
  readonly socket: string;
  readonly id: string;
  readonly node: string;
  readonly action: string;
  readonly tab: string | null;
  readonly waits: boolean;
  readonly timeoutMs: number | null;
  readonly nonce: string;
  /** How long ago it says it was sent. */
  readonly ageMs: number;
  readonly input: Readonly<Record<string, unknown>>;
  /** Makes it durable. */
  readonly key: string | null;
  readonly fault: CommandFault | null;
}

export interface LockStep {
  readonly do: 'lock';
  readonly socket: string;
  readonly id: string;
  readonly node: string;
  readonly tab: string | null;
  readonly leaseMs: number | null;
}

/** A node (or anybody who plays one) says how a command ended. */
export interface AnswerStep {
  readonly do: 'answer';
  readonly socket: string;
  readonly id: string;
  readonly how: AnswerKind;
}

/** `status`: what it knows of a durable command that it is asked about. */
export type AnswerKind = 'ok' | 'failed' | 'error' | 'cancelled' | 'stream' | 'status';

/** `good`: its own. `family`: its own, of a refresh family. `other`: genuine, of somebody else. `bad`: expired. */
export type TokenKind = 'good' | 'family' | 'other' | 'bad' | 'none';

export type CommandFault = 'no_nonce' | 'no_timestamp' | 'no_node' | 'bad_timeout' | 'bad_wait_policy' | 'bad_tab';

export type OddFrame =
  | 'ping'
  | 'not_json'
  | 'no_envelope'
  | 'unknown_type'
  | 'wrong_role'
  | 'second_hello'
  | 'frame_of_relay'
  | 'null_payload'
  | 'old_version'
  | 'unknown_event'
  | 'forged_result'
  | 'forged_as_node';

export type StrangerFrame = 'hello' | 'command' | 'ping' | 'result' | 'bad_auth' | 'not_json' | 'wrong_role';

type Role = 'controller' | 'node';

/** A step in words. */
export function sentenceOf(step: Step): string {
  switch (step.do) {
    case 'connect':
      return connectSentence(step);
    case 'stranger':
      return `${step.socket}, a stranger as ${step.role}, says ${step.frames.join(', ')}`;
    case 'command':
      return commandSentence(step);
    case 'cancel':
      return `${step.socket} cancels ${step.target ?? 'nothing'} (${step.id})`;
    case 'lock':
      return `${step.socket} locks ${step.node}/${step.tab ?? '?'} for ${step.leaseMs ?? 'the usual'} ms (${step.id})`;
    case 'unlock':
      return `${step.socket} unlocks ${step.node}/${step.tab} (${step.id})`;
    case 'follow':
      return `${step.socket} follows the log of ${step.source ?? 'all'} (${step.id})`;
    case 'detach':
      return `${step.socket} wants its tabs kept for ${step.keepTabsMs ?? 'the longest'} ms`;
    case 'renew':
      return `${step.socket} sends a second auth, ${step.token} (${step.id})`;
    case 'say':
      return `${step.socket} sends ${step.what} (${step.id})`;
    case 'answer':
      return `${step.socket} answers ${step.id}: ${step.how}`;
    case 'update':
      return `${step.socket} sends ${step.isMalformed ? 'a malformed' : 'an'} update of ${step.id}`;
    case 'report':
      return `${step.socket} logs ${step.isMalformed ? 'nonsense' : 'an entry'} about ${step.about ?? 'nothing'}`;
    case 'grant':
      return `${step.node} grants ${step.who}${step.forMs === null ? '' : ` for ${step.forMs} ms`}`;
    case 'withdraw':
      return `${step.node} withdraws the grant of ${step.who}`;
    case 'remove':
      return `the client ${step.who} is removed`;
    case 'revoke':
      return `the token family of ${step.who} is revoked`;
    case 'jump':
      return `the wall clock jumps by ${step.ms} ms`;
    case 'pass':
      return `${step.ms} ms pass`;
    case 'disk':
      return `the disk is ${step.mode}`;
    case 'sync':
      return `the disk writes ${step.count} of what waits`;
    case 'stop':
      return 'the relay stops, and starts anew';
    case 'crash':
      return 'the relay crashes, and starts anew';
    case 'hang_up':
    case 'report_closed':
    case 'mute':
    case 'clog':
    case 'drain':
      return `${step.socket} ${SOCKET_WORDS[step.do]}`;
  }
}

const SOCKET_WORDS = {
  hang_up: 'hangs up',
  report_closed: 'is reported closed',
  mute: 'falls silent',
  clog: 'reads no more',
  drain: 'reads again',
} as const;

function connectSentence({ socket, who, token, instance, burst, meanwhile }: ConnectStep): string {
  const words = [`${socket} connects as ${who}`];
  if (token !== 'good') words.push(`with a token that is ${token}`);
  if (instance !== null) words.push(`process ${instance}`);
  const then = burst.length === 0 ? '' : `; at once: ${burst.map(sentenceOf).join('; ')}`;
  const beside = meanwhile === null ? '' : `; while that is verified, ${sentenceOf(meanwhile.step)}`;
  return words.join(', ') + then + beside;
}

function commandSentence(step: CommandStep): string {
  const { socket, id, node, action, tab, waits, timeoutMs, fault, ageMs, nonce, key } = step;
  const place = tab === null ? node : `${node}/${tab}`;
  const words = [`${socket} sends ${id}: ${action} at ${place}`];
  if (waits) words.push('willing to wait');
  if (timeoutMs !== null) words.push(`${timeoutMs} ms`);
  if (key !== null) words.push(`durable as ${key} (${JSON.stringify(step.input)})`);
  if (fault !== null) words.push(fault);
  if (ageMs !== 0) words.push(`stamped ${ageMs} ms ago`);
  if (nonce !== id) words.push(`nonce ${nonce}`);
  return words.join(', ');
}
