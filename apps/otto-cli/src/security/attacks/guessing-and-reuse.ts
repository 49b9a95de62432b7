import { verdict, type Attack, type Verdict } from '../attack.js';
import { reason, type Target } from '../target.js';

/** More wrong secrets than a client may see in a minute. */
const SECRET_GUESSES = 12;

/** More wrong codes than an approver may try in a minute. */
const CODE_GUESSES = 7;

/** Never a code, so that no pairing of somebody else's can be hit. */
const IMPOSSIBLE_CODE = 'abc-def';

/** What somebody can try who guesses secrets, or has found one that was used. */
export const SECRET_ATTACKS: readonly Attack[] = [
  { name: 'refresh-token-twice', tries: 'use a refresh token a second time', play: refreshTwice },
  { name: 'stolen-refresh-token', tries: 'go on after a stolen refresh token was noticed', play: goOnAfterTheft },
  {
    name: 'secret-guessing',
    tries: 'guess the secret of a client, and lock the client out by that',
    play: guessSecret,
  },
  { name: 'client-enumeration', tries: 'find out which clients there are', play: enumerateClients },
  { name: 'code-guessing', tries: 'guess pairing codes', play: guessCodes },
  { name: 'code-twice', tries: 'use a pairing code a second time', play: approveTwice },
  { name: 'approval-by-stranger', tries: 'approve a pairing without a right to it', play: approveAsStranger },
  { name: 'challenge-leak', tries: 'read the secret of a pairing from the list of pairings', play: readChallenge },
  { name: 'challenge-theft', tries: 'be given the pairing of another by asking in its name', play: askInAnotherName },
  { name: 'tokens-twice', tries: 'collect the tokens of a pairing after its node did', play: collectTokensAgain },
];

async function refreshTwice(target: Target): Promise<Verdict> {
  const { refreshToken } = await target.newClient();
  await target.ask({ path: '/api/auth/refresh', body: { refreshToken } });
  const { status, body } = await target.ask({ path: '/api/auth/refresh', body: { refreshToken } });
  return verdict(status === 401, reason(status, body));
}

async function goOnAfterTheft(target: Target): Promise<Verdict> {
  const { accessToken, refreshToken: stolen } = await target.newClient();
  const session = await target.join('controller', accessToken);
  const refresh = (refreshToken: unknown) => target.ask({ path: '/api/auth/refresh', body: { refreshToken } });
  const { body: first } = await refresh(stolen);
  const { body: second } = await refresh(first['refreshToken']);
  await refresh(stolen);

  const { status, body } = await refresh(second['refreshToken']);
  const code = await session.closed(1_000);
  return verdict(status === 401 && code === 4403, `${reason(status, body)}, session ${code ?? 'still open'}`);
}

async function guessSecret(target: Target): Promise<Verdict> {
  const { clientId, clientSecret } = await target.newClient();
  const login = (secret: string) =>
    target.ask({ path: '/api/controller/token', body: { clientId, clientSecret: secret } });
  let last = await login('cs_wrong');
  for (let guess = 1; guess < SECRET_GUESSES; guess += 1) last = await login('cs_wrong');

  const right = await login(clientSecret);
  const saw = `${reason(last.status, last.body)} after ${SECRET_GUESSES} guesses, ${right.status} for the right one`;
  return verdict(last.status === 429 && right.status === 200, saw);
}

async function enumerateClients(target: Target): Promise<Verdict> {
  const { clientId } = await target.newClient();
  const answers = [];
  for (const id of [clientId, `${clientId.slice(0, -4)}none`]) {
    answers.push(await target.ask({ path: '/api/controller/token', body: { clientId: id, clientSecret: 'cs_wrong' } }));
  }
  const [known, unknown] = answers.map(({ status, text }) => `${status} ${text}`);
  const isRefused = answers.every(({ status }) => status === 401);
  return verdict(isRefused && known === unknown, known === unknown ? 'the same answer' : 'different answers');
}

async function guessCodes(target: Target): Promise<Verdict> {
  const { accessToken } = await target.newNode();
  const guess = () => target.ask({ path: '/api/pairing/approve', body: { code: IMPOSSIBLE_CODE }, token: accessToken });
  let last = await guess();
  for (let count = 1; count < CODE_GUESSES; count += 1) last = await guess();
  return verdict(last.status === 429, `${reason(last.status, last.body)} after ${CODE_GUESSES} guesses`);
}

async function approveTwice(target: Target): Promise<Verdict> {
  const { code } = await target.newPairing();
  await target.asOperator('/api/pairing/approve', { code });
  const { status, body } = await target.asOperator('/api/pairing/approve', { code });
  return verdict(status === 409 || status === 404, reason(status, body));
}

/** The pairing is one of its own, and approved by the operator in the end, so that it takes nobody's place. */
async function approveAsStranger(target: Target): Promise<Verdict> {
  const [paired, other] = [await target.newNode(), await target.newNode()];
  const { accessToken } = await target.newClient();
  const { code } = await target.newPairing(paired.nodeId);
  const answers = [
    await target.ask({ path: '/api/pairing/approve', body: { code } }),
    await target.ask({ path: '/api/pairing/approve', body: { code }, token: accessToken }),
    await target.ask({ path: '/api/pairing/approve', body: { code }, token: other.accessToken }),
  ];
  await target.asOperator('/api/pairing/approve', { code });
  const isRefused = answers.every(({ status }) => status === 401 || status === 403);
  return verdict(isRefused, answers.map(({ status }) => status).join(', '));
}

async function readChallenge(target: Target): Promise<Verdict> {
  const { challengeId, nodeId, code } = await target.newPairing();
  const { text } = await target.ask({ path: '/api/pairing/pending' });
  const forOperator = await target.asOperator('/api/pairing/pending');
  await target.asOperator('/api/pairing/approve', { code });
  if (text.includes(challengeId) || forOperator.text.includes(challengeId)) return verdict(false, 'the list shows it');
  return verdict(!text.includes(nodeId), text.includes(nodeId) ? 'the list shows node ids' : 'the list hides it');
}

async function askInAnotherName(target: Target): Promise<Verdict> {
  const own = await target.newPairing();
  const stranger = await target.newPairing(own.nodeId);
  for (const { code } of [own, stranger]) await target.asOperator('/api/pairing/approve', { code });
  const isSame = own.challengeId === stranger.challengeId;
  return verdict(!isSame, isSame ? 'it was given away' : 'a pairing of its own');
}

async function collectTokensAgain(target: Target): Promise<Verdict> {
  const { nodeId, challengeId, accessToken } = await target.newNode();
  await target.join('node', accessToken, { nodeId });
  const { body } = await target.ask({ path: `/api/pairing/status?challengeId=${challengeId}` });
  const isThere = body['nodeAccessToken'] !== undefined || body['nodeRefreshToken'] !== undefined;
  return verdict(!isThere, isThere ? 'it was given them' : 'no tokens any more');
}
