import type { CommandJournal } from './command-journal.js';

/**
 * A small durable collection. It is read once at start; afterwards the core's memory is the truth and every change
 * follows it here.
 */
export interface Collection<T> {
  /** Everything stored, by id. */
  all(): Promise<ReadonlyMap<string, T>>;
  /** Makes all changes or none, in the order of the calls; resolves when they are durable. */
  write(changes: readonly Change<T>[]): Promise<void>;
}

export type Change<T> = { readonly put: string; readonly value: T } | { readonly remove: string };

export interface Storage {
  readonly clients: Collection<ControllerClient>;
  readonly grants: Collection<Grant>;
  /** By SHA-256 of the token. */
  readonly refreshSessions: Collection<RefreshSession>;
  readonly tabOwners: Collection<TabOwner>;
  readonly journal: CommandJournal;
}

/** A registered controller. Times are epoch milliseconds. */
export interface ControllerClient {
  readonly clientId: string;
  readonly name: string;
  readonly description: string;
  readonly normalizedName: string;
  readonly avatarSeed: string;
  readonly secret: SealedSecret;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly lastUsedAt?: number;
  readonly revokedAt?: number;
}

/** A client's secret as it is kept: salted SHA-256, or scrypt in records of older installations. */
export interface SealedSecret {
  readonly algorithm: 'sha256' | 'scrypt';
  readonly salt: string;
  readonly hash: string;
}

/** The permission of one client to command one node. */
export interface Grant {
  readonly clientId: string;
  readonly nodeId: string;
  readonly grantedByNodeId: string;
  readonly grantedAt: number;
  readonly expiresAt?: number;
}

/** One refresh token, current or already used, of a family that began with one login or pairing. */
export interface RefreshSession {
  readonly sid: string;
  readonly role: 'controller' | 'node';
  readonly nodeId?: string;
  readonly controllerId?: string;
  readonly clientId?: string;
  readonly scopes: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** When it was exchanged for its successor; a later use of it is theft or a lost answer. */
  readonly rotatedAt?: number;
  /** Of a node: when it was paired, and the browser extension that asked for it. */
  readonly pairedAt?: number;
  readonly origin?: string;
}

/** That an identity has opened tabs at a node, and they have not been closed yet. */
export interface TabOwner {
  readonly controllerClientId: string;
  readonly nodeId: string;
  readonly since: number;
}
