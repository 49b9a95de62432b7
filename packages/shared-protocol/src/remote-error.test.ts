import { describe, expect, it } from 'vitest';
import { OttoError, RemoteError } from './index.js';

describe('RemoteError', () => {
  it('says what the error frame said, also when a node made up the code', () => {
    const error = new RemoteError(
      {
        category: 'lock_conflict',
        code: 'reddit_is_down',
        message: 'Reddit is down.',
        retryable: true,
        effect: 'unknown',
        actionableHint: 'Have a coffee.',
        tabSessionId: 'tab_1',
      },
      'req_1',
    );

    expect(error).toBeInstanceOf(OttoError);
    expect(error.message).toBe('Reddit is down.');
    expect(error).toMatchObject({
      code: 'reddit_is_down',
      category: 'lock_conflict',
      retryable: true,
      effect: 'unknown',
      hint: 'Have a coffee.',
      requestId: 'req_1',
    });
    expect(error.toPayload()).toMatchObject({ code: 'reddit_is_down', tabSessionId: 'tab_1', retryable: true });
  });

  it('does not call an error retryable when its sender did not', () => {
    expect(new RemoteError({ code: 'tab_busy', effect: 'none' }).retryable).toBe(false);
  });

  it('fills in from the catalogue what a frame lacks', () => {
    const error = new RemoteError({ code: 'node_offline' });

    expect(error).toMatchObject({ code: 'node_offline', category: 'routing', message: 'The node is not connected.' });
    expect(error.hint).not.toBe('');
  });

  it.each([undefined, null, 'text', [], { code: 7, message: {}, category: 'rain' }])(
    'takes anything, even %j, without throwing',
    (payload) => {
      expect(new RemoteError(payload).code).toBe('internal_error');
    },
  );
});
