import { describe, expect, it } from 'vitest';
import { ROUTES } from '../src/index.js';
import { OPERATOR, openDoors, type Doors } from './doors.js';

/** Who knocks, in this order: what ends things comes last. */
const CALLERS = [
  'nobody',
  'a bad token',
  'nobody, forwarded',
  'a removed client',
  'a node',
  'a controller',
  'a controller of a pairing',
  'with logs.read',
  'with *',
  'with pairing.approve',
  'with relay.admin',
  'the operator, forwarded',
  'the operator',
] as const;

type Caller = (typeof CALLERS)[number];

const OK = '200';
const NO_TOKEN = '401 missing_access_token';
const BAD_TOKEN = '401 invalid_access_token';
const ROLE = '403 forbidden_role';
const SCOPE = '403 forbidden_scope';

const UNKNOWN = {
  nobody: NO_TOKEN,
  'a bad token': BAD_TOKEN,
  'nobody, forwarded': NO_TOKEN,
  'a removed client': BAD_TOKEN,
} as const;
const OWNER = { 'the operator, forwarded': OK, 'the operator': OK } as const;

function controllers(answer: string): Record<Extract<Caller, `with ${string}` | `a controller${string}`>, string> {
  return {
    'a controller': answer,
    'a controller of a pairing': answer,
    'with logs.read': answer,
    'with *': answer,
    'with pairing.approve': answer,
    'with relay.admin': answer,
  };
}

const ANYONE: Answers = { ...all(OK) };
const FOR_OPERATOR: Answers = { ...UNKNOWN, 'a node': ROLE, ...controllers(ROLE), ...OWNER };
const FOR_NODE: Answers = { ...all(ROLE), ...UNKNOWN, 'a node': OK };
const FOR_CONTROLLER: Answers = { ...UNKNOWN, 'a node': ROLE, ...controllers(OK), ...OWNER };
const READERS = { 'a controller of a pairing': OK, 'with logs.read': OK, 'with *': OK } as const;
const FOR_LOG_READERS: Answers = { ...FOR_CONTROLLER, ...controllers(SCOPE), ...READERS };
const FOR_ADMIN: Answers = { ...FOR_CONTROLLER, ...controllers(SCOPE), 'with relay.admin': OK };

/** Every route, how it is called so that nothing but the caller can be wrong, and what each caller gets. */
const TABLE: Readonly<Record<string, { body?: Body; query?: string; answers: Answers }>> = {
  'GET /healthz': { answers: ANYONE },
  'GET /readyz': { answers: ANYONE },
  'GET /openapi.json': { answers: ANYONE },
  'GET /api/status': { answers: FOR_OPERATOR },
  'GET /api/nodes': { answers: FOR_OPERATOR },
  'GET /api/controller/clients': { answers: FOR_OPERATOR },
  'POST /api/nodes/remove': {
    answers: FOR_OPERATOR,
    body: async (doors) => ({ nodeId: await pairedNode(doors) }),
  },
  'POST /api/controller/scopes': { answers: FOR_OPERATOR, body: { clientId: 'victim', scopes: [] } },
  'GET /api/nodes/connected': { answers: FOR_CONTROLLER },
  'GET /api/logs': { answers: FOR_LOG_READERS },
  'GET /api/logs/export': { answers: FOR_LOG_READERS },
  'GET /api/logs/status': { answers: ANYONE },
  'POST /api/controller/remove': { answers: FOR_ADMIN, body: { clientId: 'victim' } },
  'POST /api/controller/remove-all': { answers: FOR_ADMIN },
  'GET /api/controller/access': { answers: FOR_NODE },
  'POST /api/controller/access': { answers: FOR_NODE, body: { clientId: 'victim', grant: true } },
  'POST /api/pairing/request': { answers: ANYONE, body: () => ({ nodeId: `new${String((count += 1))}` }) },
  'GET /api/pairing/pending': { answers: ANYONE },
  'GET /api/pairing/status': { answers: { ...all('404 challenge_not_found') }, query: '?challengeId=chl_unknown' },
  'POST /api/pairing/approve': {
    answers: { ...FOR_CONTROLLER, ...controllers(SCOPE), 'a node': OK, 'with pairing.approve': OK },
    body: pendingCode,
  },
  'POST /api/auth/refresh': { answers: { ...all('401 invalid_refresh_token') }, body: { refreshToken: 'rt_unknown' } },
  'POST /api/auth/revoke': { answers: ANYONE, body: { refreshToken: 'rt_unknown' } },
  'POST /api/controller/token': {
    answers: ANYONE,
    body: { clientId: 'victim', clientSecret: 'secret-of-victim' },
  },
  'POST /api/controller/register': {
    answers: {
      ...ANYONE,
      'nobody, forwarded': '403 registration_forbidden',
      'the operator, forwarded': '403 registration_forbidden',
    },
    body: () => ({ name: `client ${String((count += 1))}`, description: 'a test' }),
  },
};

describe('who may call', () => {
  it('is decided for every route here', () => {
    const decided = [...Object.keys(TABLE), ...DECIDED_ELSEWHERE];

    expect(ROUTES.map(({ method, url }) => `${method} ${url}`).filter((route) => !decided.includes(route))).toEqual([]);
  });

  it.each(Object.entries(TABLE))('%s answers each caller with the status and code of the table', async (route, row) => {
    const doors = await crowd();
    const [method = '', url = ''] = route.split(' ');

    const answers: Partial<Record<Caller, string>> = {};
    for (const caller of CALLERS) {
      const body = typeof row.body === 'function' ? await row.body(doors) : row.body;
      answers[caller] = await knock(doors, { method, url: `${url}${row.query ?? ''}`, body, caller });
    }

    expect(answers).toEqual(row.answers);
  });
});

/** Routes that have tests of who may call them beside what they do. */
const DECIDED_ELSEWHERE = ['GET /metrics'];

let count = 0;

/** A running relay with clients of every kind. */
async function crowd(): Promise<Doors> {
  const names = ['victim', 'gone', 'plain', 'reader', 'star', 'approver', 'admin'];
  const doors = await openDoors({ relay: { grants: Object.fromEntries(names.map((name) => [name, []])) } });
  for (const [clientId, scopes] of Object.entries(SCOPES)) {
    const answer = await doors.post('/api/controller/scopes', { clientId, scopes }, { token: OPERATOR });
    expect(answer).toMatchObject({ status: 200, body: { clientId, scopes } });
  }
  await doors.post('/api/controller/remove', { clientId: 'gone' }, { token: OPERATOR });
  return doors;
}

const SCOPES = {
  plain: ['primitive.tab.*'],
  reader: ['logs.read'],
  star: ['*'],
  approver: ['pairing.approve'],
  admin: ['relay.admin'],
};

/** One request over a real connection. */
async function knock(doors: Doors, { method, url, body, caller }: Knock): Promise<string> {
  const token = await tokenOf(doors, caller);
  const response = await fetch(`http://127.0.0.1:${String(await doors.port())}${url}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(caller.endsWith('forwarded') ? { 'x-forwarded-for': '127.0.0.1' } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status === 200) return OK;
  if (response.status === 401) expect(response.headers.get('www-authenticate')).toBe('Bearer');
  const { code } = JSON.parse(text) as { code: string };
  return `${String(response.status)} ${code}`;
}

async function tokenOf(doors: Doors, caller: Caller): Promise<string | undefined> {
  switch (caller) {
    case 'nobody':
    case 'nobody, forwarded':
      return undefined;
    case 'a bad token':
      return 'bad';
    case 'a removed client':
      return doors.clientToken('gone');
    case 'a controller of a pairing':
      return doors.token({ role: 'controller', nodeId: 'n1', controllerId: 'ctl_n1', scopes: ['logs.read'] });
    case 'a node':
      return doors.nodeToken('n1');
    case 'a controller':
      return doors.clientToken('plain');
    case 'with logs.read':
      return doors.clientToken('reader');
    case 'with *':
      return doors.clientToken('star');
    case 'with pairing.approve':
      return doors.clientToken('approver');
    case 'with relay.admin':
      return doors.clientToken('admin');
    case 'the operator':
    case 'the operator, forwarded':
      return OPERATOR;
  }
}

/** A code that nobody has approved, of a node that was never paired. */
async function pendingCode(doors: Doors): Promise<object> {
  const { body } = await doors.post('/api/pairing/request', { nodeId: `new${String((count += 1))}` });
  return { code: body?.['code'] };
}

async function pairedNode(doors: Doors): Promise<string> {
  const nodeId = `paired${String((count += 1))}`;
  const { body } = await doors.post('/api/pairing/request', { nodeId });
  await doors.post('/api/pairing/approve', { code: body?.['code'] }, { token: OPERATOR });
  return nodeId;
}

function all(answer: string): Record<Caller, string> {
  return {
    nobody: answer,
    'a bad token': answer,
    'nobody, forwarded': answer,
    'a removed client': answer,
    'a node': answer,
    ...controllers(answer),
    'the operator, forwarded': answer,
    'the operator': answer,
  };
}

type Answers = Readonly<Record<Caller, string>>;

type Body = object | ((doors: Doors) => object | Promise<object>);

interface Knock {
  readonly method: string;
  readonly url: string;
  readonly body: object | undefined;
  readonly caller: Caller;
}
