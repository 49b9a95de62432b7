import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import { findRelay } from './find-relay.js';
import { isLoopback } from './is-loopback.js';
import { localUrl } from './local-url.js';
import { PORT_DEFAULT, portOfEnvironment } from './port-of-environment.js';
import { readOperatorToken } from './operator-token.js';
import { proveRelay } from './relay-proof.js';

/**
 * The relay that this user's commands go to: the one that the configuration names, else the one that runs on this
 * machine. One on this machine has proved itself before its address is given out, wherever there is an operator token
 * to prove it with, so that no credential ends up with a stranger on its port.
 *
 * @throws OttoError `relay_unreachable` when nobody, or somebody else, listens there
 */
export async function relayAddress(context: CommandContext): Promise<RelayAddress> {
  const place = await relayPlace(context);
  if (place.operatorToken !== undefined || !isLoopback(place.httpUrl)) return place;
  try {
    return { ...place, ...(await proved(context, place.httpUrl)) };
  } catch (error) {
    await throwIfItMoved(context, place, error);
    throw error;
  }
}

/** A setting that names a port of this machine outlives the relay's move to another one: then that is what to mend. */
async function throwIfItMoved(context: CommandContext, { httpUrl }: RelayAddress, error: unknown): Promise<void> {
  const isPinned = (await context.config.read()).relayUrl !== undefined;
  if (!isPinned || !(error instanceof OttoError) || error.code !== 'relay_unreachable') return;
  const found = await findRelay(context.paths, context.io.signal);
  if (found.state !== 'running' || found.httpUrl === httpUrl) return;
  throw new OttoError('relay_unreachable', {
    message: `${error.message} The relay of this machine runs on ${found.httpUrl}, and relayUrl in config.json names the other address.`,
    actionableHint: 'Run otto config set relayUrl "": then the relay is found wherever it runs.',
  });
}

/** Where that relay is, or would be if it ran. Only to be shown: nothing has been proved of it. */
export async function relayPlace(context: CommandContext): Promise<RelayAddress> {
  const { relayUrls } = await import('@telepat/otto-sdk');
  const { relayUrl, relayHttpUrl } = await context.config.read();
  const configured = relayUrl ?? relayHttpUrl;
  if (configured !== undefined) {
    const { ws, http } = relayUrls(configured);
    return { wsUrl: ws, httpUrl: relayHttpUrl === undefined ? http : relayUrls(relayHttpUrl).http };
  }
  const found = await findRelay(context.paths, context.io.signal);
  if (found.state === 'running') {
    const { httpUrl, operatorToken } = found;
    return { wsUrl: relayUrls(httpUrl).ws, httpUrl, operatorToken };
  }
  const { ws, http } = relayUrls(localUrl({ host: '127.0.0.1', port: defaultPort(context) }));
  return { wsUrl: ws, httpUrl: http };
}

/** Where the relay listens when nothing else is known. */
function defaultPort({ io }: CommandContext): number {
  // With 0 it took a free one, which only its pid file tells.
  return portOfEnvironment(io.env) || PORT_DEFAULT;
}

async function proved({ paths, io }: CommandContext, httpUrl: string): Promise<{ operatorToken?: string }> {
  const operatorToken = await readOperatorToken(paths.operatorToken);
  if (operatorToken === undefined) return {};
  const outcome = await proveRelay({ httpUrl, operatorToken, signal: io.signal });
  if (outcome === 'proved') return { operatorToken };
  if (outcome === 'nobody') throw new OttoError('relay_unreachable', { message: `Nobody listens on ${httpUrl}.` });
  if (outcome === 'silent') throw new OttoError('relay_unreachable', { message: `${httpUrl} does not answer.` });
  throw new OttoError('relay_unreachable', {
    message: `What listens on ${httpUrl} is not the relay of ${paths.relay}: it does not know its operator token. No credential was sent.`,
    actionableHint:
      'Start the relay with otto start on a free port, or set OTTO_LOG_DIR to the folder of the one that runs.',
  });
}

export interface RelayAddress {
  readonly wsUrl: string;
  readonly httpUrl: string;
  /** Given when the relay has proved that it knows it. */
  readonly operatorToken?: string;
}
