import { randomBytes } from 'node:crypto';
import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import { isLoginAccepted } from '../controller/is-login-accepted.js';
import { loginClient } from '../controller/login-client.js';
import { defaultClientName, registerClient } from '../controller/register-client.js';
import { renewLogin } from '../controller/renew-login.js';
import { withIdentityLock } from '../controller/with-identity-lock.js';

/**
 * Makes sure that this machine is a controller of the relay, and logged in there. One that the relay does not know is
 * none: its folder may have been emptied, or it is another relay. Neither is one whose secret is lost.
 */
export async function setUpController(context: CommandContext, name: string | undefined): Promise<ControllerSetup> {
  const { clientId } = await context.config.read();
  if (clientId !== undefined && (await isLoginAccepted(context))) return { clientId, outcome: 'existing' };
  // Another setup may be at it: then this machine is by now what that one has made it.
  return withIdentityLock(context, () => setUpAlone(context, name));
}

async function setUpAlone(context: CommandContext, name: string | undefined): Promise<ControllerSetup> {
  const { clientId } = await context.config.read();
  if (clientId !== undefined && (await isKnown(context, clientId))) return { clientId, outcome: 'existing' };
  if (clientId !== undefined) context.output.note(`otto: ${clientId}, which this machine was, cannot log in any more.`);
  const registered = await registerUnderFreeName(context, name);
  await loginClient(context, registered.clientId);
  return { clientId: registered.clientId, outcome: 'registered' };
}

async function isKnown(context: CommandContext, clientId: string): Promise<boolean> {
  // A keychain is asked last: it may be locked, and nobody there to open it.
  if ((await isLoginAccepted(context)) || (await renewLogin(context))) return true;
  const { place, reason } = await context.secrets.find(clientId);
  // A keychain that is locked is no reason to become another controller.
  if (place === undefined && (reason === undefined || reason === 'gone')) return false;
  try {
    await loginClient(context, clientId);
    return true;
  } catch (error) {
    if (error instanceof OttoError && error.code === 'invalid_client_credentials') return false;
    throw error;
  }
}

/** A name that nobody chose may be taken by what this machine was before; then it gets an addition. */
async function registerUnderFreeName(context: CommandContext, name: string | undefined): Promise<{ clientId: string }> {
  try {
    return await registerClient(context, { name });
  } catch (error) {
    if (name !== undefined || !(error instanceof OttoError) || error.code !== 'controller_name_conflict') throw error;
    return registerClient(context, { name: `${defaultClientName()} (${randomBytes(2).toString('hex')})` });
  }
}

export interface ControllerSetup {
  readonly clientId: string;
  readonly outcome: 'registered' | 'existing';
}
