import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type {
  Claims,
  Clock,
  Collection,
  CommandJournal,
  IdGenerator,
  JournalRef,
  NodeOutcome,
  RelayPorts,
  Secrets,
  Storage,
  TokenSigner,
} from '@telepat/otto-relay-core';
import { SignJWT, jwtVerify } from 'jose';

/** The world of a relay that keeps nothing: who has tokens, and what was done, is forgotten when the process ends. */
export function memoryPorts({ logSink, reportBug }: Pick<RelayPorts, 'logSink' | 'reportBug'>): RelayPorts {
  const storage: Storage = {
    clients: memoryCollection(),
    grants: memoryCollection(),
    refreshSessions: memoryCollection(),
    tabOwners: memoryCollection(),
    journal: memoryJournal(),
  };
  return { clock, ids: randomIds(), storage, logSink, tokenSigner: tokenSigner(randomBytes(32)), secrets, reportBug };
}

const clock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** The core never writes what it was not asked to keep, and bounds each of these collections itself. */
function memoryCollection<T>(): Collection<T> {
  const items = new Map<string, T>();
  return {
    all: async () => new Map(items),
    async write(changes) {
      for (const change of changes) {
        if ('put' in change) items.set(change.put, change.value);
        else items.delete(change.remove);
      }
    },
  };
}

/** Nothing is found at the next start. Until then an outcome lives as long as the core holds on to its reference. */
function memoryJournal(): CommandJournal {
  const outcomes = new WeakMap<JournalRef, NodeOutcome>();
  return {
    load: async () => [],
    async append(record) {
      const ref = {};
      if (record.kind === 'outcome') outcomes.set(ref, record.outcome);
      return ref;
    },
    async read(ref) {
      const outcome = outcomes.get(ref);
      if (outcome === undefined) throw new Error('This record has no outcome.');
      return outcome;
    },
  };
}

function randomIds(): IdGenerator {
  const started = Date.now().toString(36);
  let entryCount = 0;
  return {
    next: (prefix) => `${prefix}_${randomBytes(16).toString('base64url')}`,
    // Entries of one process sort by their number, whatever the wall clock does meanwhile.
    logEntryId: () => `${started}-${String(++entryCount).padStart(12, '0')}`,
  };
}

/** Tokens of another process are not accepted: the key is made at start, and told to nobody. */
function tokenSigner(key: Uint8Array): TokenSigner {
  return {
    sign: (claims, ttlMs) =>
      new SignJWT({ claims })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime(new Date(Date.now() + ttlMs))
        .sign(key),
    async verify(token) {
      const { payload } = await jwtVerify<{ claims: Claims }>(token, key, {
        algorithms: ['HS256'],
        requiredClaims: ['exp', 'claims'],
      });
      return { ...payload.claims, expiresAt: (payload.exp ?? 0) * 1_000 };
    },
  };
}

/** Lives as long as the process, and so do the tokens. */
const successorKey = randomBytes(32);

const secrets: Secrets = {
  newRefreshToken: () => `rt_${randomBytes(32).toString('base64url')}`,
  successorOf(refreshToken, idempotencyKey) {
    const text = JSON.stringify([refreshToken, idempotencyKey]);
    return `rt_${createHmac('sha256', successorKey).update(text).digest('base64url')}`;
  },
  newClientSecret: () => `cs_${randomBytes(32).toString('base64url')}`,
  newPairingCode() {
    const digits = String(randomInt(1_000_000)).padStart(6, '0');
    return `${digits.slice(0, 3)}-${digits.slice(3)}`;
  },
  digest: (secret) => sha256(secret).toString('hex'),
  seal(secret) {
    const salt = randomBytes(16).toString('hex');
    return { algorithm: 'sha256', salt, hash: sha256(salt, secret).toString('hex') };
  },
  async opens(secret, { algorithm, salt, hash }) {
    const wanted = Buffer.from(hash, 'hex');
    return algorithm === 'sha256' && wanted.length === 32 && timingSafeEqual(sha256(salt, secret), wanted);
  },
};

function sha256(...texts: string[]): Buffer {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text);
  return hash.digest();
}
