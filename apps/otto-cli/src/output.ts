import { OttoError } from '@telepat/otto-protocol';
import { LOG_ENTRY_BYTES_MAX } from '@telepat/otto-protocol/limits';
import { failureDocument } from './failure.js';
import { Ink, wantsColour } from './ink.js';
import type { Io, TextSink } from './io.js';
import { Screen } from './screen.js';
import { plainText } from './terminal-text.js';

/** Older relays may have written longer entries than this one. */
const LINE_LENGTH_MAX = 4 * LOG_ENTRY_BYTES_MAX;

/**
 * What a command says: its answer on stdout, as text for people or as one line of JSON, and everything else on stderr.
 * The only place that prints. On a terminal, whatever a terminal would obey is taken out first; a pipe gets the text
 * as it is.
 */
export class Output {
  /** Whether `--json` was given. */
  readonly isJson: boolean;
  /** Progress for people: on stdout, or on stderr when stdout belongs to JSON. */
  readonly screen: Screen;
  readonly #ink: Ink;
  readonly #stdout: TextSink;
  readonly #stderr: TextSink;

  constructor(io: Pick<Io, 'stdout' | 'stderr' | 'env'>, options: { json: boolean }) {
    this.isJson = options.json;
    this.#stdout = io.stdout;
    this.#stderr = io.stderr;
    this.screen = new Screen(options.json ? io.stderr : io.stdout, io.env);
    this.#ink = new Ink({ enabled: wantsColour({ isTty: io.stderr.isTty, env: io.env }) });
  }

  /** The answer: `document` with `--json`, else `text`. Commands that stream call it once for each line. */
  answer(document: object, text: string): void {
    const shown = this.isJson ? jsonLine(document) : plainOnTty(this.#stdout, text);
    this.#stdout.write(shown.endsWith('\n') ? shown : `${shown}\n`);
  }

  /**
   * An answer of any length that is lines of text already; no faster than its reader takes it. Of one that is cut, only
   * the whole lines are written, so that whatever follows stands on a line of its own.
   *
   * @throws OttoError `relay_unreachable` when a line is longer than a relay's
   */
  async stream(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let begun = '';
    for await (const chunk of chunks) {
      const text = begun + decoder.decode(chunk, { stream: true });
      const end = text.lastIndexOf('\n') + 1;
      begun = text.slice(end);
      if (begun.length > LINE_LENGTH_MAX) {
        throw new OttoError('relay_unreachable', {
          message: `A line of the answer is longer than ${LINE_LENGTH_MAX}.`,
        });
      }
      this.#stdout.write(plainOnTty(this.#stdout, text.slice(0, end)));
      await this.#stdout.drained();
    }
    const last = begun + decoder.decode();
    if (last !== '') this.#stdout.write(`${plainOnTty(this.#stdout, last)}\n`);
  }

  /** Something worth knowing that is not the answer. */
  note(text: string): void {
    this.#stderr.write(`${plainOnTty(this.#stderr, text)}\n`);
  }

  /** Why the command failed and what to do next. */
  failure(error: OttoError): void {
    const failure = failureDocument(error);
    if (this.isJson) {
      this.#stdout.write(`${jsonLine({ error: failure })}\n`);
      return;
    }
    const lines = [`${this.#ink.red('error')} ${this.#ink.bold(failure.code)}: ${plainText(failure.message)}`];
    lines.push(`  ${this.#ink.dim('next')}: ${plainText(failure.hint)}`);
    if (failure.effect === 'unknown') lines.push('  effect: unknown; it may have happened');
    if (failure.requestId !== undefined) lines.push(`  requestId: ${plainText(failure.requestId)}`);
    if (failure.code === 'internal_error' && error.cause instanceof Error) lines.push(plainText(stackOf(error.cause)));
    this.#stderr.write(`${lines.join('\n')}\n`);
  }
}

/** One line of JSON in which nothing is left that a terminal would obey; JSON itself escapes only the lower half. */
function jsonLine(document: object): string {
  const escape = (character: string) => `\\u00${character.charCodeAt(0).toString(16)}`;
  return JSON.stringify(document).replace(/[\u007f-\u009f]/g, escape);
}

function plainOnTty(sink: TextSink, text: string): string {
  return sink.isTty ? plainText(text) : text;
}

/** A bug is shown whole, because whoever meets it should be able to report it. */
function stackOf(error: Error): string {
  return error.stack ?? `${error.name}: ${error.message}`;
}
