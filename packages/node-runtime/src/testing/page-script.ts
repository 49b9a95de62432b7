import type { ErrorCode } from '@telepat/otto-protocol';
import type { ConsoleMessage, PageInput } from '../ports.js';
import type { ScriptedPage } from './scripted-page.js';

/** What a page in memory shows. */
export interface PageScript {
  readonly title?: string;
  readonly status?: number;
  readonly text?: string;
  readonly raw_html?: string;
  readonly clean_html?: string;
  readonly readability?: string;
  readonly markdown?: string;
  readonly snapshot?: string;
  /** Text and HTML of an element, by selector. */
  readonly elements?: Readonly<Record<string, string>>;
  readonly picture?: Uint8Array;
  readonly pdf?: Uint8Array;
  readonly console?: readonly ConsoleMessage[];
  /** Values of expressions. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** What the page does while it loads. */
  readonly onLoad?: (page: ScriptedPage) => void;
  /** What the page does when somebody acts on it. */
  readonly onInput?: (input: PageInput, page: ScriptedPage) => void;
  /** Loading it makes the browser download it; the page stays where it was. */
  readonly isDownload?: boolean;
  /** Parts of it never come. */
  readonly neverLoads?: boolean;
  /** Loading it ends at this address. */
  readonly redirectsTo?: string;
  /** Loading it fails with this code. */
  readonly fails?: ErrorCode;
  /** Loading it meets a bug in the driver. */
  readonly breaks?: Error;
}
