import { OttoError } from '@telepat/otto-protocol';
import type { AccessReply } from '@telepat/otto-protocol/http';
import type { OttoHttpApi } from '@telepat/otto-sdk';

/**
 * Grants a controller the node whose token the interface has, or takes it away. A controller goes by its id, or by its
 * name, which is unique among those that are registered.
 *
 * @throws OttoError `client_not_found`
 */
export async function setAccess(api: Pick<OttoHttpApi, 'access'>, change: AccessChange): Promise<AccessReply> {
  const { client, ...rest } = change;
  const { clients } = await api.access.list();
  const found =
    clients.find(({ clientId }) => clientId === client) ??
    clients.find(({ name, revoked }) => !revoked && name.toLowerCase() === client.toLowerCase());
  if (found === undefined) {
    throw new OttoError('client_not_found', {
      message: `No controller has the id or the name "${client}".`,
      actionableHint: 'otto access list shows those that are registered.',
    });
  }
  return await api.access.set({ clientId: found.clientId, ...rest });
}

export interface AccessChange {
  /** Id or name. */
  readonly client: string;
  readonly grant: boolean;
  /** Epoch milliseconds. */
  readonly expiresAt?: number;
}
