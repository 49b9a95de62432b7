import type { Relay } from '@telepat/otto-relay-core';
import type { ReadyReply } from '@telepat/otto-protocol/http';

/** What the doors need of their host. */
export interface RelayHttpOptions {
  readonly relay: Relay;
  readonly operator: OperatorToken;
  /** How the relay is; asked at every `/readyz`, refresh and upgrade. */
  readiness(): ReadyReply;
  /** What `GET /api/status` says of the process itself. */
  process(): ProcessStatus;
  /** What `GET /metrics` answers, in the text format of Prometheus; without it, there are none. */
  metrics?(): Promise<string>;
  readonly policy: HttpPolicy;
}

/** The secret of the relay's owner, which the host keeps. */
export interface OperatorToken {
  /** Whether a bearer is the operator token; compares in constant time. */
  matches(token: string): boolean;
  /** The HMAC, in hex, that proves knowledge of the token for a challenge in hex. */
  prove(challengeHex: string): string;
}

/** Who may connect from where, and how much. */
export interface HttpPolicy {
  /** Origins that nodes may connect from (`OTTO_EXTENSION_ORIGIN`); empty: any browser extension. */
  readonly extensionOrigins: readonly string[];
  /** Web origins that controllers may come from (`OTTO_CONTROLLER_ORIGINS`). */
  readonly controllerOrigins: readonly string[];
  /** Names, beside `localhost` and IP addresses, that the relay answers for (`OTTO_ALLOWED_HOSTS`). */
  readonly allowedHosts: readonly string[];
  readonly registration: RegistrationPolicy;
  /** Largest frame of an authenticated peer. */
  readonly maxFrameBytes: number;
  /** Bytes that may wait to be written to one socket before the relay stops reading from it. */
  readonly maxBufferedBytes: number;
  readonly maxSockets: number;
  readonly maxUnauthenticatedSockets: number;
  /** Whether everyone may read the metrics (`OTTO_METRICS_PUBLIC`). */
  readonly metricsPublic?: boolean;
}

/** Who may register controllers. */
export interface RegistrationPolicy {
  /** Whether requests that do not come from this machine may register, with the secret. */
  readonly allowRemote: boolean;
  /** When set, everybody must present it. */
  readonly secret?: string;
}

export interface ProcessStatus {
  readonly version: string;
  readonly pid: number;
  readonly port: number;
  readonly uptimeMs: number;
  readonly warnings: string[];
}
