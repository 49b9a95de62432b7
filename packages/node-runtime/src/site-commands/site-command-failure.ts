import { ACTIONS, OttoError, isErrorCode, type ErrorCategory, type ForeignCode } from '@telepat/otto-protocol';
import { SITE_COMMAND_MESSAGE_LENGTH_MAX } from '@telepat/otto-protocol/limits';

/**
 * What a command threw, as what its controller is told: an OttoError and a code of the command's own pass; anything
 * else is `script_failed` with the message alone. A code of Otto's passes only where a command can meet what it says,
 * because controllers act upon the others.
 */
export function siteCommandFailure(thrown: unknown): OttoError {
  if (thrown instanceof OttoError) return thrown;
  const message = messageOf(thrown);
  const code = ownCodeOf(thrown);
  if (code === undefined) return scriptFailed(message, thrown);
  if (isErrorCode(code)) {
    if (CODES_TO_MEET.some((met) => met === code)) return new OttoError(code, { message }, { cause: thrown });
  } else if (OWN_CODE.test(code)) {
    return new OwnCodeError(code, message, { cause: thrown });
  }
  return scriptFailed(cut(`${message} (${JSON.stringify(cut(code, CODE_LENGTH_MAX))} is no code of its own)`), thrown);
}

/** The same failure with what is known of its effect. What is no failure that a controller may see stays as it is. */
export function withEffect(thrown: unknown, effect: 'none' | 'unknown'): unknown {
  if (thrown instanceof OwnCodeError) return thrown.withEffect(effect);
  if (!(thrown instanceof OttoError) || !isErrorCode(thrown.code)) return thrown;
  return new OttoError(thrown.code, { ...thrown.context, effect }, { cause: thrown });
}

const CODES_TO_MEET = ACTIONS['command.run'].errors;
const CODE_LENGTH_MAX = 64;
const OWN_CODE = /^[a-z][a-z0-9_]{0,63}$/;

/** By its shape rather than its class: a plug-in may have the class from another copy of this package. */
function ownCodeOf(thrown: unknown): string | undefined {
  const isOne = thrown instanceof Error && thrown.name === 'SiteCommandError' && 'code' in thrown;
  return isOne && typeof thrown.code === 'string' ? thrown.code : undefined;
}

function scriptFailed(message: string, cause: unknown): OttoError {
  return new OttoError('script_failed', { message, actionableHint: HINT }, { cause });
}

function messageOf(thrown: unknown): string {
  try {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return text === '' ? 'The site command failed without a word.' : cut(text);
  } catch {
    // An object that cannot be written as text, or that throws when somebody tries.
    return 'The site command threw something that is no error.';
  }
}

/** At most so many characters; a pair of surrogates is not torn apart. */
function cut(text: string, lengthMax = SITE_COMMAND_MESSAGE_LENGTH_MAX): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

const HINT = 'The log of the node has the whole of it; command.list says what the command is for.';

/** A failure whose code is none of the catalogue; it passes the relay as it is. */
class OwnCodeError extends OttoError {
  override readonly code: ForeignCode;

  constructor(code: string, message: string, { cause, effect = 'unknown' }: OwnCodeFacts) {
    super('script_failed', { message, actionableHint: HINT, effect }, { cause });
    this.code = code;
  }

  withEffect(effect: 'none' | 'unknown'): OwnCodeError {
    return new OwnCodeError(this.code, this.message, { cause: this, effect });
  }

  override get category(): ErrorCategory {
    return 'execution';
  }
}

interface OwnCodeFacts {
  readonly cause: unknown;
  readonly effect?: 'none' | 'unknown';
}
