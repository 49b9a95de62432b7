import { expect, it } from 'vitest';
import { hostLine } from './host-line.js';

it('tells a bug with its stack, and whose command met it', () => {
  const error = new Error('no such field');
  const line = hostLine({ level: 'error', type: 'internal_error', requestId: 'req_1', action: 'a.b', error });

  expect(line).toMatch(/^otto: a\.b met a bug \(req_1\): Error: no such field\n +at /);
});

it('tells what site commands write, and what is wrong with them', () => {
  const ids = { site: 'a.test', command: 'list' };

  expect(hostLine({ level: 'info', type: 'site_command_log', ...ids, message: 'page 2' })).toBe('a.test list: page 2');
  expect(hostLine({ level: 'warn', type: 'site_command_failed', ...ids, error: 'oh' })).toBe('a.test list failed: oh');
  expect(hostLine({ level: 'warn', type: 'site_command_unusable', message: 'x.mjs: no default export' })).toBe(
    'otto: a file of site commands cannot be used: x.mjs: no default export',
  );
});

it('tells what may cost the node its pairing', () => {
  const renewal = { level: 'error', type: 'token_renewal_failed', code: 'invalid_refresh_token' } as const;
  const store = { level: 'error', type: 'token_store_failed', error: new Error('ENOSPC') } as const;

  expect(hostLine(renewal)).toContain('could not be renewed (invalid_refresh_token)');
  expect(hostLine({ level: 'info', type: 'paired_anew' })).toContain('has paired itself anew');
  expect(hostLine(store)).toBe("otto: the node's tokens are not on its disk for now: Error: ENOSPC");
});

it('leaves to the relay what it knows', () => {
  expect(hostLine({ level: 'warn', type: 'outcome_dropped', requestId: 'req_1' })).toBeUndefined();
});
