import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { isErrorCode } from '../errors.js';
import * as http from './index.js';

/** [schema, what is sent, the code of the answer] */
const REFUSED: readonly (readonly [z.ZodType, unknown, string])[] = [
  [http.pairingRequestBody, {}, 'nodeId_required'],
  [http.pairingRequestBody, { nodeId: 7 }, 'nodeId_required'],
  [http.pairingRequestBody, { nodeId: '' }, 'nodeId_required'],
  [http.pairingRequestBody, { nodeId: 'a b' }, 'invalid_nodeId'],
  [http.pairingRequestBody, { nodeId: 'n'.repeat(129) }, 'invalid_nodeId'],
  [http.pairingRequestBody, { nodeId: 'n\n' }, 'invalid_nodeId'],
  [http.pairingApproveBody, {}, 'code_required'],
  [http.pairingApproveBody, { code: 123_456 }, 'code_required'],
  [http.pairingApproveBody, { code: '  ' }, 'code_required'],
  [http.pairingStatusQuery, {}, 'challengeId_required'],
  [http.refreshBody, { refreshToken: null }, 'refreshToken_required'],
  [http.revokeBody, {}, 'refreshToken_required'],
  [http.registerBody, { name: 'x' }, 'controller_metadata_required'],
  [http.registerBody, { name: 'x', description: ' ' }, 'controller_metadata_required'],
  [http.registerBody, { name: 'x'.repeat(101), description: 'x' }, 'controller_metadata_required'],
  [http.clientTokenBody, { clientId: 'clt_1' }, 'client_credentials_required'],
  [http.removeClientBody, { clientId: [] }, 'clientId_required'],
  [http.accessBody, { clientId: 'clt_1' }, 'clientId_and_grant_required'],
  [http.accessBody, { clientId: 'clt_1', grant: 'yes' }, 'clientId_and_grant_required'],
  [http.accessBody, { grant: true }, 'clientId_and_grant_required'],
  [http.accessBody, { clientId: 'clt_1', grant: true, expiresAt: 'soon' }, 'invalid_expiresAt'],
  [http.accessBody, { clientId: 'clt_1', grant: true, expiresAt: -1 }, 'invalid_expiresAt'],
  [http.accessBody, { clientId: 'clt_1', grant: true, expiresAt: 1.5 }, 'invalid_expiresAt'],
  [http.logsQuery, { since: 'yesterday' }, 'invalid_since'],
  [http.logsQuery, { since: '2026-01-31' }, 'invalid_since'],
  [http.logsQuery, { level: 'fatal' }, 'invalid_level'],
  [http.logsQuery, { source: 'browser' }, 'invalid_source'],
  [http.logsQuery, { latest: '0' }, 'invalid_latest'],
  [http.logsQuery, { latest: '1e3' }, 'invalid_latest'],
  [http.logsQuery, { latest: ['1', '2'] }, 'invalid_latest'],
];

describe('bodies and queries', () => {
  it.each(REFUSED)('%# of the wrong shape are refused with a code of the catalogue (%j → %s)', (schema, sent, code) => {
    const result = schema.safeParse(sent);

    expect(result.error?.issues[0]?.message).toBe(code);
    expect(isErrorCode(code)).toBe(true);
  });

  it.each([
    [http.pairingRequestBody, null],
    [http.pairingRequestBody, [1]],
    [http.registerBody, 'text'],
  ])('%# that are no object are refused', (schema, sent) => {
    expect(schema.safeParse(sent).success).toBe(false);
  });

  it('an optional field of the wrong type counts as missing', () => {
    expect(http.pairingRequestBody.parse({ nodeId: 'n1', challengeId: 7 })).toEqual({ nodeId: 'n1' });
    expect(http.registerBody.parse({ name: 'a', description: 'b', avatarSeed: {} })).toEqual({
      name: 'a',
      description: 'b',
    });
    expect(http.healthQuery.parse({ challenge: 'short' })).toEqual({});
    expect(http.logsQuery.parse({ nodeId: ['a', 'b'] })).toEqual({});
  });

  it('no query for logs asks for more entries than one answer gives', () => {
    expect(http.logsQuery.parse({ latest: '999999999' })).toEqual({ latest: 10_000 });
  });

  it('since may be in any zone', () => {
    expect(http.logsQuery.safeParse({ since: '2026-01-31T12:00:00+02:00' }).success).toBe(true);
  });
});
