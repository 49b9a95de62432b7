import { platform } from '#platform';
import { ClientTokens, type Credentials } from './client-tokens.js';
import { OttoHttpApi } from './http-api.js';

/**
 * The HTTP routes for a controller, without a connection: it logs in when it has to, and refreshes its tokens.
 *
 * @param options.relayUrl HTTP or WebSocket address of the relay
 * @example const { logs } = await controllerHttpApi({ relayUrl, clientId, clientSecret }).logs.query({ latest: 10 });
 */
export function controllerHttpApi(options: Credentials & { readonly relayUrl: string }): OttoHttpApi {
  const baseUrl = options.relayUrl;
  const tokens = new ClientTokens(options, {
    http: new OttoHttpApi({ baseUrl }),
    clock: platform.clock,
    newKey: () => platform.newId('req'),
  });
  return new OttoHttpApi({ baseUrl, bearer: (wish) => tokens.accessToken(wish) });
}
