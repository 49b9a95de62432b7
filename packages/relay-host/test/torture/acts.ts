import type { Answer, Caller } from './caller.js';
import { newFamily, type ClientFact, type Facts, type FamilyFact, type NodeFact } from './facts.js';
import type { Random } from './random.js';

/** What a worker can do. Each act writes down what was acknowledged, and what is unsure. */
export class Acts {
  readonly #facts: Facts;
  readonly #random: Random;
  readonly #caller: Caller;
  /** Whether an unanswered refresh may be tried again: the relay lives, and only its disk failed. */
  readonly #isAlive: () => boolean;

  constructor(options: { facts: Facts; random: Random; caller: Caller; isAlive: () => boolean }) {
    this.#facts = options.facts;
    this.#random = options.random;
    this.#caller = options.caller;
    this.#isAlive = options.isAlive;
  }

  async register(): Promise<void> {
    const name = this.#facts.newName('client');
    this.#facts.unsureNames.add(name);
    const answer = await this.#caller.post('/api/controller/register', { name, description: 'tortured' });
    if (!this.#acknowledged('register', answer)) return;
    this.#facts.unsureNames.delete(name);
    this.#facts.addClient(text(answer, 'clientId'), name, text(answer, 'clientSecret'));
  }

  async login(client: ClientFact): Promise<void> {
    const { clientId, secret } = client;
    if (secret === undefined) return;
    const answer = await this.#caller.post('/api/controller/token', { clientId, clientSecret: secret });
    if (!this.#acknowledged('token', answer)) return;
    const scopes = JSON.stringify(answer.body['scopes']);
    if (client.scopes !== undefined && client.scopes !== scopes)
      this.#facts.fail(`the scopes of ${clientId} are ${scopes} and were ${client.scopes}`);
    client.families.add(newFamily(text(answer, 'refreshToken')));
  }

  /** Alone, with an idempotency key, or twice at once. @returns the access token */
  async refresh(family: FamilyFact): Promise<string | undefined> {
    const { current } = family;
    if (family.state !== 'live' || current === undefined) return undefined;
    family.state = 'unsure';
    const key = this.#random.chance(0.3) ? `key ${this.#random.next()}` : undefined;
    const answers = await Promise.all(
      Array.from({ length: this.#random.chance(0.2) ? 2 : 1 }, () => this.#exchange(current, key)),
    );
    const given = answers.flatMap((answer) => (answer?.status === 200 ? [answer] : []));
    const tokens = new Set(given.map((answer) => answer.body['refreshToken']));
    if (tokens.size > 1 || (key === undefined && given.length > 1))
      this.#facts.fail('one refresh token gave two new ones');
    if (answers.some((answer) => (answer?.status ?? 0) >= 500)) this.#facts.fail('a refresh was answered with 5xx');
    const [first] = given;
    if (first === undefined) return this.#retry(family, { token: current, key }, answers);
    this.#exchanged(family, current, first);
    if (key === undefined) return text(first, 'accessToken');
    const again = await this.#exchange(current, key);
    if (again !== undefined && again.body['refreshToken'] !== family.current)
      this.#facts.fail(`a repeated refresh gave ${again.status} and not the same pair`);
    return text(first, 'accessToken');
  }

  async revoke(family: FamilyFact): Promise<void> {
    const { current } = family;
    if (family.state !== 'live' || current === undefined) return;
    family.state = 'unsure';
    const answer = await this.#caller.post('/api/auth/revoke', { refreshToken: current });
    if (!this.#acknowledged('revoke', answer)) return;
    if (answer.body['revoked'] !== true) this.#facts.fail('a live refresh token was not there to be revoked');
    this.#facts.familyIsGone(family);
  }

  /** A node gives up its tokens, and with them its right to say anything. */
  async leave(node: NodeFact): Promise<void> {
    node.isLeaving = true;
    await this.revoke(node.family);
    this.#facts.nodes.delete(node.nodeId);
  }

  async setGrant(client: ClientFact, node: NodeFact): Promise<void> {
    const { clientId } = client;
    const before = client.grants.get(node.nodeId) ?? false;
    const grant = before !== true || this.#random.chance(0.1);
    client.grants.set(node.nodeId, 'unsure');
    const answer = await this.#caller.post('/api/controller/access', { clientId, grant }, { token: node.accessToken });
    if (answer?.status === 401 && node.isLeaving) return void client.grants.set(node.nodeId, before);
    if (this.#acknowledged(grant ? 'grant' : 'withdraw', answer)) client.grants.set(node.nodeId, grant);
  }

  async setScopes(client: ClientFact): Promise<void> {
    const { clientId } = client;
    const scopes = this.#random.some(['command.run', 'command.list', 'logs.read', 'primitive.tab.*'], 2);
    client.scopes = undefined;
    const answer = await this.#caller.asOperator('/api/controller/scopes', { clientId, scopes });
    if (this.#acknowledged('scopes', answer)) client.scopes = JSON.stringify(scopes);
  }

  /** Removes a client, while it refreshes or logs in, too. */
  async remove(client: ClientFact): Promise<void> {
    const { clientId, secret, families } = client;
    client.isRemovalUnsure = true;
    const [family] = families;
    const meanwhile = this.#random.chance(0.5)
      ? this.#caller.post('/api/auth/refresh', { refreshToken: family?.current ?? 'rt_none' })
      : this.#caller.post('/api/controller/token', { clientId, clientSecret: secret ?? 'cs_none' });
    if (family !== undefined) family.state = 'unsure';
    const answer = await this.#caller.asOperator('/api/controller/remove', { clientId });
    const other = await meanwhile;
    if (!this.#acknowledged('remove', answer)) return;
    if (other?.status === 200) this.#facts.deadTokens.add(text(other, 'refreshToken'));
    this.#facts.clientIsGone(client);
  }

  /** While nobody else does anything. */
  async removeAll(): Promise<void> {
    for (const client of this.#facts.clients.values()) client.isRemovalUnsure = true;
    const answer = await this.#caller.asOperator('/api/controller/remove-all', {});
    if (!this.#acknowledged('remove-all', answer)) return;
    for (const client of this.#facts.clients.values()) this.#facts.clientIsGone(client);
  }

  /** While nobody else does anything. */
  async removeNode(node: NodeFact): Promise<void> {
    const { nodeId } = node;
    const { nodeFamilies, clients } = this.#facts;
    for (const family of nodeFamilies) if (family.nodeId === nodeId && family.state === 'live') family.state = 'unsure';
    const granted = [...clients.values()].filter(({ grants }) => grants.get(nodeId) === true);
    for (const { grants } of granted) grants.set(nodeId, 'unsure');
    const answer = await this.#caller.asOperator('/api/nodes/remove', { nodeId });
    if (this.#acknowledged('node removal', answer)) this.#facts.nodeIsGone(node);
    else this.#facts.nodes.delete(nodeId);
  }

  /** Pairs a new node, which the operator approves. */
  async pair(): Promise<void> {
    const nodeId = this.#facts.newName('node');
    const request = await this.#caller.post('/api/pairing/request', { nodeId });
    if (request?.status === TOO_MANY_PENDING) {
      this.#facts.unansweredCount += 1;
      return;
    }
    if (!this.#acknowledged('pairing', request)) return;
    const approval = await this.#caller.asOperator('/api/pairing/approve', { code: request.body['code'] });
    if (!this.#acknowledged('approval', approval)) return;
    this.#facts.nodeFamilies.add(newFamily(text(approval, 'controllerRefreshToken'), nodeId));
    const status = await this.#caller.get(`/api/pairing/status?challengeId=${text(request, 'challengeId')}`);
    if (status === undefined) return;
    if (status.body['nodeAccessToken'] === undefined) return this.#facts.fail(`${nodeId} was paired without a token`);
    const family = newFamily(text(status, 'nodeRefreshToken'), nodeId);
    this.#facts.nodeFamilies.add(family);
    const accessToken = text(status, 'nodeAccessToken');
    this.#facts.nodes.set(nodeId, { nodeId, family, accessToken, isBusy: false, isLeaving: false });
  }

  #exchange(refreshToken: string, key: string | undefined): Promise<Answer | undefined> {
    return this.#caller.post('/api/auth/refresh', { refreshToken }, key === undefined ? {} : { key });
  }

  /** A refresh that a living relay left without an answer: the old token is as good as before. */
  async #retry(family: FamilyFact, { token: current, key }: Exchange, answers: readonly (Answer | undefined)[]) {
    if (answers.some((answer) => answer?.status === 401)) this.#facts.fail('a live refresh token was refused');
    this.#facts.unansweredCount += 1;
    family.lost = key === undefined ? undefined : { token: current, key };
    for (let attempt = 0; attempt < 5 && this.#isAlive(); attempt += 1) {
      const answer = await this.#exchange(current, key);
      if (answer?.status === 401) this.#facts.fail('a refresh token died of a refresh without an answer');
      if (answer?.status === 200) return void this.#exchanged(family, current, answer);
    }
    return undefined;
  }

  #exchanged(family: FamilyFact, current: string, answer: Answer): void {
    this.#facts.count('refresh');
    family.used.push(current);
    family.current = text(answer, 'refreshToken');
    family.lost = undefined;
    family.state = 'live';
  }

  /** Errors of the client's making are failures of the relay here: nobody asks for what cannot be. */
  #acknowledged(kind: string, answer: Answer | undefined): answer is Answer {
    if (answer === undefined || answer.status >= 500) {
      this.#facts.unansweredCount += 1;
      return false;
    }
    if (answer.status !== 200) {
      this.#facts.fail(`${kind} was answered with ${answer.status} ${String(answer.body['code'])}`);
      return false;
    }
    this.#facts.count(kind);
    return true;
  }
}

/** While the disk refuses approvals, what is pending piles up, until the relay takes no more of one address. */
const TOO_MANY_PENDING = 429;

interface Exchange {
  readonly token: string;
  readonly key: string | undefined;
}

function text(answer: Answer, field: string): string {
  return String(answer.body[field]);
}
