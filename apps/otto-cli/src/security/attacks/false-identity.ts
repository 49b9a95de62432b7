import { createHmac, randomBytes } from 'node:crypto';
import { verdict, type Attack, type Verdict } from '../attack.js';
import { reason, type Target } from '../target.js';

const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'cf-connecting-ip', 'via'];
const CHALLENGE_TOO_SHORT = 'c0ffee';

/** What a program can try that says it is somebody else. */
export const IDENTITY_ATTACKS: readonly Attack[] = [
  { name: 'role-switch', tries: 'say hello as a controller on a socket that was let in as a node', play: switchRole },
  { name: 'forwarded-as-local', tries: 'register from elsewhere through a proxy on this machine', play: passForLocal },
  { name: 'no-credential', tries: 'read nodes and log without a credential', play: readWithoutCredential },
  { name: 'wrong-operator-token', tries: 'act as the operator with a wrong token', play: guessOperatorToken },
  { name: 'operator-token-on-socket', tries: 'authenticate a socket with the operator token', play: useOperatorToken },
  { name: 'proof-for-any-challenge', tries: 'have the relay sign a text of choice', play: askForProof },
  {
    name: 'unsigned-token',
    tries: 'authenticate with a token that says it needs no signature',
    play: (target) => forge(target, ({ claims }) => `${encoded({ alg: 'none', typ: 'JWT' })}.${claims}.`),
  },
  {
    name: 'foreign-key-token',
    tries: 'authenticate with a token that was signed with another key',
    play: (target) => forge(target, ({ header, claims }) => signed(`${header}.${claims}`, 'sha256')),
  },
  {
    name: 'other-algorithm-token',
    tries: 'authenticate with a token of another algorithm',
    play: (target) =>
      forge(target, ({ claims }) => signed(`${encoded({ alg: 'HS512', typ: 'JWT' })}.${claims}`, 'sha512')),
  },
  {
    name: 'changed-token',
    tries: 'gain rights by changing a token of its own',
    play: (target) =>
      forge(target, ({ header, claims, signature }) => {
        const own: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString());
        return `${header}.${encoded({ ...Object(own), scopes: ['*', 'relay.admin'] })}.${signature}`;
      }),
  },
];

async function switchRole(target: Target): Promise<Verdict> {
  const socket = await target.connect('node');
  const answer = await socket.answer(socket.send('hello', { role: 'controller' }, { senderRole: 'controller' }));
  return verdict(answer === 'role_mismatch', answer);
}

async function passForLocal(target: Target): Promise<Verdict> {
  for (const name of FORWARDING_HEADERS) {
    const { status, body } = await target.ask({
      path: '/api/controller/register',
      headers: { [name]: name === 'forwarded' ? 'for=203.0.113.7' : '203.0.113.7' },
      body: { name: target.newName(), description: 'otto security self-test; may be removed' },
    });
    if (typeof body['clientId'] === 'string') target.cleanUpClient(body['clientId']);
    if (status !== 403) return verdict(false, `${name}: ${reason(status, body)}`);
  }
  return verdict(true, '403 for each forwarding header');
}

async function readWithoutCredential(target: Target): Promise<Verdict> {
  for (const path of ['/api/nodes/connected', '/api/logs?latest=1']) {
    const { status, body } = await target.ask({ path });
    if (status !== 401) return verdict(false, `${path}: ${reason(status, body)}`);
  }
  return verdict(true, '401');
}

async function guessOperatorToken(target: Target): Promise<Verdict> {
  const { operatorToken } = target.options;
  const last = operatorToken.endsWith('0') ? '1' : '0';
  for (const token of [`${operatorToken.slice(0, -1)}${last}`, operatorToken.slice(0, -1), '0'.repeat(64)]) {
    const { status, body } = await target.ask({ path: '/api/nodes/connected', token });
    if (status !== 401) return verdict(false, reason(status, body));
  }
  return verdict(true, '401');
}

/** The relay has proved that it knows the token, so that it is told nothing. */
async function useOperatorToken(target: Target): Promise<Verdict> {
  const socket = await target.connect('controller');
  const answer = await socket.authenticate(target.options.operatorToken);
  return verdict(answer === 'invalid_access_token', answer);
}

async function askForProof(target: Target): Promise<Verdict> {
  const { status, body } = await target.ask({ path: `/healthz?challenge=${CHALLENGE_TOO_SHORT}` });
  const isSigned = body['proof'] !== undefined;
  return verdict(!isSigned, isSigned ? 'it was signed' : `no proof (${status})`);
}

async function forge(target: Target, make: (parts: TokenParts) => string): Promise<Verdict> {
  const { accessToken } = await target.newClient();
  const [header = '', claims = '', signature = ''] = accessToken.split('.');
  const forged = make({ header, claims, signature });
  const { status, body } = await target.ask({ path: '/api/nodes/connected', token: forged });
  if (status !== 401) return verdict(false, `over HTTP: ${reason(status, body)}`);
  const socket = await target.connect('controller');
  const answer = await socket.authenticate(forged);
  return verdict(answer === 'invalid_access_token', answer);
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signed(content: string, hash: 'sha256' | 'sha512'): string {
  return `${content}.${createHmac(hash, randomBytes(32)).update(content).digest('base64url')}`;
}

interface TokenParts {
  readonly header: string;
  readonly claims: string;
  readonly signature: string;
}
