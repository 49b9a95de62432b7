import type { Clock } from '../src/ports/clock.js';
import { PlainTokens } from '../src/testing/index.js';
import { familyOf, personNamed } from './cast.js';
import type { TokenFacts } from './model/doors.js';
import type { Person } from './model/facts.js';
import type { TokenKind } from './steps.js';

/** Longer than any storm. */
const TOKEN_TTL_MS = 7 * 86_400_000;

/** What the cast shows when it authenticates. */
export class Credentials {
  readonly tokens: PlainTokens;

  constructor(clock: Clock) {
    this.tokens = new PlainTokens(clock);
  }

  /** The payload of an `auth` by somebody, and what its token says if it is genuine. */
  async authOf(person: Person, socket: string, kind: TokenKind): Promise<Auth> {
    if (kind === 'none') return { payload: {} };
    if (kind === 'bad') return { payload: { accessToken: 'forged' } };
    // The token of somebody of the other role, or of another node.
    const bearer = kind === 'good' || kind === 'family' ? person : personNamed(person.name === 'n2' ? 'n3' : 'n2');
    const { role, clientId, nodeId, scopes } = bearer;
    const controllerId = clientId === undefined ? `ctl_${bearer.name}` : `ctl_${socket}`;
    const family = kind === 'family' ? familyOf(bearer) : undefined;
    const claims = {
      role,
      scopes,
      ...(role === 'controller' ? { controllerId } : {}),
      ...(clientId === undefined ? {} : { clientId }),
      ...(nodeId === undefined ? {} : { nodeId }),
      ...(family === undefined ? {} : { sid: family }),
    };
    const accessToken = await this.tokens.sign(claims, TOKEN_TTL_MS);
    const facts = { person: bearer, controllerId: role === 'controller' ? controllerId : undefined, family };
    return { payload: { accessToken }, facts };
  }
}

interface Auth {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly facts?: TokenFacts;
}
