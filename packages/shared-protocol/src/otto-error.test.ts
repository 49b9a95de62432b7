import { describe, expect, it } from 'vitest';
import { ERRORS, OttoError, errorPayload, errorRow, isErrorCode, isRetryable } from './index.js';

describe('isRetryable', () => {
  const cases = [
    // [code, effect, readOnly, durable, retryable]
    ['node_disconnected', 'none', false, false, true],
    ['node_disconnected', 'unknown', false, false, false],
    ['node_disconnected', 'unknown', true, false, true],
    ['node_disconnected', 'unknown', false, true, true],
    ['forbidden_action', 'none', true, true, false],
    ['a_code_of_a_node', 'none', true, true, false],
    ['constructor', 'none', true, true, false],
  ] as const;

  it.each(cases)('%s with effect %s, readOnly %s, durable %s: %s', (code, effect, readOnly, durable, retryable) => {
    expect(isRetryable(code, { effect, readOnly, durable })).toBe(retryable);
  });
});

describe('OttoError', () => {
  it('takes category, sentence and hint from the catalogue', () => {
    const error = new OttoError('node_offline');

    expect(error).toMatchObject({
      name: 'OttoError',
      code: 'node_offline',
      category: 'routing',
      message: ERRORS.node_offline.message,
      hint: ERRORS.node_offline.hint,
    });
  });

  it('prefers the sentence and the hint of the case at hand', () => {
    const error = new OttoError('invalid_command', { message: 'action is missing.', actionableHint: 'Name one.' });

    expect(error.toPayload()).toMatchObject({ message: 'action is missing.', actionableHint: 'Name one.' });
  });

  it('is retryable only where a repeat is safe', () => {
    expect(new OttoError('command_timed_out', { effect: 'none' }).retryable).toBe(true);
    expect(new OttoError('command_timed_out', { effect: 'unknown' }).retryable).toBe(false);
    expect(new OttoError('command_timed_out', { effect: 'unknown', readOnly: true }).retryable).toBe(true);
  });

  it.each([
    ...(['command_timed_out', 'command_cancelled', 'node_disconnected', 'relay_shutting_down'] as const),
    ...(['relay_disconnected', 'client_timeout', 'navigation_failed', 'tab_crashed'] as const),
  ])('does not call %s safe to repeat when nothing is known of its effect', (code) => {
    expect(new OttoError(code).retryable).toBe(false);
    expect(new OttoError(code, { readOnly: true }).retryable).toBe(true);
  });

  it.each(['invalid_access_token', 'rate_limited', 'tab_busy', 'node_offline', 'too_many_sockets'] as const)(
    'calls %s safe to repeat: a refusal has no effect',
    (code) => {
      expect(new OttoError(code).retryable).toBe(true);
    },
  );

  it('sends its facts, but neither what it decided by nor what caused it', () => {
    const error = new OttoError(
      'rate_limited',
      { effect: 'none', nodeId: 'n1', retryAfterMs: 50, readOnly: true, durable: true, requestId: 'r1' },
      { cause: new Error('a secret detail') },
    );

    const payload = error.toPayload();

    expect(payload).toEqual({
      category: 'validation',
      code: 'rate_limited',
      message: ERRORS.rate_limited.message,
      actionableHint: ERRORS.rate_limited.hint,
      retryable: true,
      effect: 'none',
      nodeId: 'n1',
      retryAfterMs: 50,
    });
    expect(errorPayload.safeParse(payload).success).toBe(true);
  });

  it('hides anything foreign behind internal_error, and keeps it as the cause', () => {
    const cause = new TypeError('x is not a function');

    const error = OttoError.from(cause);

    expect(error).toMatchObject({ code: 'internal_error', cause });
    expect(JSON.stringify(error.toPayload())).not.toContain('not a function');
    expect(OttoError.from(error)).toBe(error);
  });
});

describe('ERRORS', () => {
  it.each(Object.entries(ERRORS))('%s says in sentences what happened and what to do', (code, row) => {
    expect(code).toMatch(/^[a-zA-Z]+(_[a-zA-Z]+)*$/);
    expect(row.message).toMatch(/^[A-Za-z].*[^\s]$/);
    expect(row.hint).toMatch(/^[A-Z].*\.( otto .*)?$|^[A-Z].*: [\w/?=… -]+\.?$/);
    expect(row.status).toBeGreaterThanOrEqual(400);
    expect(row.status).toBeLessThan(600);
  });

  it('is not fooled by names that every object has', () => {
    expect(isErrorCode('toString')).toBe(false);
    expect(isErrorCode('__proto__')).toBe(false);
    expect(errorRow('toString')).toBe(ERRORS.internal_error);
  });
});
