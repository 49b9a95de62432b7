import { OttoError, SCOPE_PATTERN } from '@telepat/otto-protocol';
import type { ClientReply } from '@telepat/otto-protocol/http';
import type { OttoHttpApi } from '@telepat/otto-sdk';
import * as z from 'zod';
import { declareCommand } from '../declare-command.js';
import { requiredText } from '../option-values.js';
import { operatorApi } from '../relay/operator-api.js';

/** Names by commas; an empty text is no scope at all. */
const scopeList = z.string().transform((typed, check) => {
  const scopes = typed.split(',').map((scope) => scope.trim());
  const named = scopes.filter((scope) => scope !== '');
  const wrong = named.find((scope) => !SCOPE_PATTERN.test(scope));
  if (wrong === undefined) return named;
  check.addIssue({ code: 'custom', message: `"${wrong}" is no action, no prefix with .*, and no *` });
  return z.NEVER;
});

/** `otto client scopes` */
export const clientScopesCommand = declareCommand({
  words: 'client scopes',
  summary: 'Shows what a controller may do, or sets it, as the owner of the relay.',
  details:
    'What is set counts at once, also for sessions that are open. Scopes are names of actions, prefixes with .*, * for ' +
    'every action, and logs.read, pairing.approve and relay.admin.',
  examples: [
    'otto client scopes "my laptop"',
    'otto client scopes clt_… primitive.tab.*,primitive.dom.*,logs.read',
    'otto client scopes clt_… ""',
  ],
  arguments: {
    client: { summary: 'its id or its name', required: true, value: requiredText },
    scopes: { summary: 'the new ones, by commas', required: false, value: scopeList.optional() },
  },
  run: async ({ context, args }) => {
    const api = await operatorApi(context);
    const found = await clientNamed(api, args.client);
    const { clientId, name, scopes } =
      args.scopes === undefined
        ? found
        : await api.clients.setScopes({ clientId: found.clientId, scopes: args.scopes });
    const lines = scopes.length === 0 ? ['  nothing'] : scopes.map((scope) => `  ${scope}`);
    context.output.answer({ clientId, name, scopes }, [`${name} (${clientId}) may do:`, ...lines].join('\n'));
  },
});

async function clientNamed(api: Pick<OttoHttpApi, 'clients'>, client: string): Promise<ClientReply> {
  const [found] = (await api.clients.list({ client })).clients;
  if (found !== undefined) return found;
  throw new OttoError('client_not_found', {
    message: `No controller has the id or the name "${client}".`,
    actionableHint: 'otto client list shows all of them.',
  });
}
