import type { OttoClient } from '@telepat/otto-sdk';
import type { Io } from '../io.js';
import type { Narrator } from './narrator.js';
import type { Stage } from './stage.js';

/** What every act of the demo may use. */
export interface DemoWorld {
  readonly stage: Stage;
  readonly narrator: Narrator;
  readonly io: Io;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** The page to open, in place of the demo's own site. */
  readonly url: string | undefined;
}

/** The relay of the demo. */
export interface DemoRelay {
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly operatorToken: string;
}

/** One of the two controllers. */
export interface DemoController {
  readonly name: string;
  readonly clientId: string;
  readonly client: OttoClient;
}

/** A page in a tab. */
export interface DemoPage {
  readonly nodeId: string;
  readonly tabSessionId: string;
  readonly url: string;
}
