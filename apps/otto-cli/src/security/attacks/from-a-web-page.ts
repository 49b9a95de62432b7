import { verdict, type Attack, type Verdict } from '../attack.js';
import { reason, type Target } from '../target.js';

const EVIL_HOST = 'rebound.evil.example';
const EVIL_ORIGIN = 'https://evil.example';
const STRANGE_EXTENSION = 'chrome-extension://ottoselfteststrangeextension';

/** What a page that the user visits can try. */
export const WEB_PAGE_ATTACKS: readonly Attack[] = [
  {
    name: 'rebound-host',
    tries: 'reach the HTTP interface by DNS rebinding',
    play: (target) => refused(target, { path: '/healthz', headers: { host: EVIL_HOST } }),
  },
  {
    name: 'rebound-host-socket',
    tries: 'open a socket by DNS rebinding',
    play: (target) => refusedSocket(target, '/?role=controller', { host: EVIL_HOST }),
  },
  {
    name: 'web-page-request',
    tries: 'call the HTTP interface from a web page',
    play: (target) => refused(target, { path: '/api/pairing/pending', headers: { origin: EVIL_ORIGIN } }),
  },
  {
    name: 'sandboxed-page-request',
    tries: 'call the HTTP interface from a sandboxed frame, whose origin is null',
    play: (target) => refused(target, { path: '/api/pairing/pending', headers: { origin: 'null' } }),
  },
  {
    name: 'web-page-socket-as-controller',
    tries: 'open a socket as a controller from a web page',
    play: (target) => refusedSocket(target, '/?role=controller', { origin: EVIL_ORIGIN }),
  },
  {
    name: 'web-page-socket-as-node',
    tries: 'open a socket as a node from a web page',
    play: (target) => refusedSocket(target, '/?role=node', { origin: EVIL_ORIGIN }),
  },
  {
    name: 'extension-socket-as-controller',
    tries: 'open a socket as a controller from a browser extension that is not configured',
    play: (target) => refusedSocket(target, '/?role=controller', { origin: STRANGE_EXTENSION }),
  },
  {
    name: 'role-in-another-parameter',
    tries: 'pass for a node by text in the address that only looks like its role',
    play: (target) => refusedSocket(target, '/?x=role=node', { origin: STRANGE_EXTENSION }),
  },
  { name: 'reflected-origin', tries: 'be allowed by CORS to read answers', play: reflectOrigin },
  { name: 'simple-post', tries: 'register a controller by a POST that needs no permission', play: postSimply },
  {
    name: 'change-by-get',
    tries: 'change something by a GET, as an image in a page sends it',
    play: async (target) => {
      const { status, body } = await target.ask({ path: `/api/pairing/request?nodeId=${target.newName()}` });
      return verdict(status === 404 || status === 405, reason(status, body));
    },
  },
  { name: 'sniffed-answer', tries: 'have an answer taken for a script, or kept by a cache', play: readHeaders },
];

async function refused(target: Target, asked: { path: string; headers: Record<string, string> }): Promise<Verdict> {
  const { status, body } = await target.ask(asked);
  return verdict(status === 403, reason(status, body));
}

async function refusedSocket(target: Target, path: string, headers: Record<string, string>): Promise<Verdict> {
  const outcome = await target.knock(path, { headers });
  return typeof outcome === 'number' ? verdict(outcome === 403, String(outcome)) : verdict(false, 'it was opened');
}

async function reflectOrigin(target: Target): Promise<Verdict> {
  const headers = { origin: EVIL_ORIGIN, 'access-control-request-method': 'POST' };
  const answers = [
    await target.ask({ path: '/healthz', headers }),
    await target.ask({ method: 'OPTIONS', path: '/api/controller/register', headers }),
  ];
  const allowed = answers.map((answer) => answer.headers['access-control-allow-origin']).find(Boolean);
  return verdict(allowed === undefined, allowed === undefined ? 'no CORS header' : `it allowed ${String(allowed)}`);
}

async function postSimply(target: Target): Promise<Verdict> {
  const { status, body } = await target.ask({
    path: '/api/controller/register',
    headers: { 'content-type': 'text/plain' },
    body: { name: target.newName(), description: 'otto security self-test; may be removed' },
  });
  if (typeof body['clientId'] === 'string') target.cleanUpClient(body['clientId']);
  return verdict(status === 415, reason(status, body));
}

async function readHeaders(target: Target): Promise<Verdict> {
  for (const path of ['/healthz', '/nowhere']) {
    const { headers } = await target.ask({ path });
    if (headers['x-content-type-options'] !== 'nosniff') return verdict(false, `no nosniff at ${path}`);
    if (headers['cache-control'] !== 'no-store') return verdict(false, `no no-store at ${path}`);
  }
  return verdict(true, 'nosniff and no-store');
}
