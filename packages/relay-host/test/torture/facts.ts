/**
 * What the relay has acknowledged so far, and so must hold whatever happens to it. What was asked for and never
 * answered, or answered with an error, may be either way: `unsure`, until it is seen.
 */
export class Facts {
  readonly clients = new Map<string, ClientFact>();
  readonly nodes = new Map<string, NodeFact>();
  /** Families without a client: of nodes, and of the controllers that are bound to them. */
  readonly nodeFamilies = new Set<FamilyFact>();
  /** Names of registrations without an answer. */
  readonly unsureNames = new Set<string>();
  /** Refresh tokens that must never be of use again. */
  readonly deadTokens = new Bounded<string>(2_000);
  /** Clients that were removed, with their secrets. */
  readonly goneClients = new Bounded<{ clientId: string; secret: string | undefined }>(500);
  /** What is wrong. */
  readonly failures: string[] = [];
  /** By kind, what was acknowledged. */
  readonly acknowledged: Record<string, number> = {};
  unansweredCount = 0;
  #nameCount = 0;

  newName(kind: string): string {
    this.#nameCount += 1;
    return `${kind}${this.#nameCount}`;
  }

  count(kind: string): void {
    this.acknowledged[kind] = (this.acknowledged[kind] ?? 0) + 1;
  }

  fail(what: string): void {
    this.failures.push(what);
  }

  addClient(clientId: string, name: string, secret: string | undefined): ClientFact {
    const client: ClientFact = {
      clientId,
      name,
      secret,
      scopes: undefined,
      isRemovalUnsure: false,
      grants: new Map(),
      families: new Set(),
      isBusy: false,
    };
    this.clients.set(clientId, client);
    return client;
  }

  /** A removal was acknowledged, or seen. */
  clientIsGone(client: ClientFact): void {
    this.clients.delete(client.clientId);
    this.goneClients.add({ clientId: client.clientId, secret: client.secret });
    for (const family of client.families) this.familyIsGone(family);
    client.families.clear();
  }

  familyIsGone(family: FamilyFact): void {
    family.state = 'gone';
    for (const token of family.current === undefined ? family.used : [...family.used, family.current])
      this.deadTokens.add(token);
  }

  /** A removal of the node was acknowledged. */
  nodeIsGone(node: NodeFact): void {
    this.nodes.delete(node.nodeId);
    for (const family of this.nodeFamilies) if (family.nodeId === node.nodeId) this.familyIsGone(family);
    for (const { grants } of this.clients.values()) if (grants.has(node.nodeId)) grants.set(node.nodeId, false);
  }

  *families(): Generator<FamilyFact> {
    for (const client of this.clients.values()) yield* client.families;
    yield* this.nodeFamilies;
  }
}

/** The newest of many. */
export class Bounded<T> {
  readonly #values = new Set<T>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  add(value: T): void {
    this.#values.add(value);
    const [oldest] = this.#values;
    if (this.#values.size > this.#max && oldest !== undefined) this.#values.delete(oldest);
  }

  all(): T[] {
    return [...this.#values];
  }
}

export function newFamily(refreshToken: string, nodeId?: string): FamilyFact {
  return { nodeId, current: refreshToken, used: [], lost: undefined, state: 'live' };
}

export interface ClientFact {
  readonly clientId: string;
  readonly name: string;
  /** Unknown if the answer to its registration was lost. */
  readonly secret: string | undefined;
  /** Undefined until they were set, and while that is unsure. */
  scopes: string | undefined;
  isRemovalUnsure: boolean;
  /** By node. */
  readonly grants: Map<string, boolean | 'unsure'>;
  readonly families: Set<FamilyFact>;
  /** Somebody is at it: what would come of two changes at once nobody could tell. */
  isBusy: boolean;
}

export interface NodeFact {
  readonly nodeId: string;
  readonly family: FamilyFact;
  accessToken: string;
  isBusy: boolean;
  isLeaving: boolean;
}

export interface FamilyFact {
  /** Of a node, or of a controller that is bound to it. */
  readonly nodeId: string | undefined;
  /** Undefined when it was exchanged, and the answer with the new one was lost. */
  current: string | undefined;
  /** Oldest first. */
  readonly used: string[];
  /** An exchange under an idempotency key that was asked for and not answered. */
  lost: { readonly token: string; readonly key: string } | undefined;
  /** `unsure` whether the current one was exchanged, or the family was revoked. */
  state: 'live' | 'unsure' | 'gone';
}
