import { OttoError, isDeeperThan } from '@telepat/otto-protocol';
import { FRAME_BYTES_MAX, VALUE_DEPTH_MAX } from '@telepat/otto-protocol/limits';
import type { CDPSession } from 'playwright-core';
import { endScript } from './end-script.js';
import { until } from './until.js';

/**
 * Runs an expression among a page's own scripts, and gives its value as `JSON.stringify` would: a function is called
 * with `arg`, a promise is waited for, and `undefined` is null. What runs on when the signal aborts is ended.
 */
export async function evaluateInPage(session: CDPSession, options: EvaluateOptions): Promise<unknown> {
  const { expression, arg, signal, signals } = options;
  const running = session.send('Runtime.evaluate', {
    expression: scriptOf(expression, arg),
    awaitPromise: true,
    returnByValue: true,
    // What a person would have allowed the page by a click.
    userGesture: true,
  });
  try {
    const { result, exceptionDetails } = await until(running, signals);
    if (exceptionDetails === undefined) return valueOf(result.value);
    const { exception, text } = exceptionDetails;
    throw failed(exception?.description ?? (exception?.value === undefined ? text : String(exception.value)));
  } catch (error) {
    if (signal.aborted) await endScript(session, signal);
    throw failureOf(error);
  }
}

/** The expression stands alone in a function of its own: it sees nothing of the rest, and may use `await`. */
function scriptOf(expression: string, arg: unknown): string {
  const lone = expression.replace(/[\s;]+$/, '');
  return `(${RUN})(async () => (${lone}\n), ${arg === undefined ? 'undefined' : JSON.stringify(arg)})`;
}

/** More characters than this are too many bytes for any answer. */
const JSON_LENGTH_MAX = FRAME_BYTES_MAX;

/**
 * The text leaves the page rather than the value: so its length is known before. Where the page has broken
 * `JSON.stringify`, the browser copies the value by itself. Nothing else here can be broken by the page.
 */
const RUN = `async (run, arg) => {
  let value = await run();
  if (typeof value === 'function') value = await value(arg);
  const begins = (text, start) => {
    for (let index = 0; index < start.length; index++) if (text?.[index] !== start[index]) return false;
    return true;
  };
  const fitting = (text) => (text.length > ${JSON_LENGTH_MAX} ? { problem: 'length' } : { json: text });
  try {
    const text = JSON.stringify(value, (key, item) => {
      if (item instanceof Node) throw 'node';
      return item;
    });
    return typeof text === 'string' ? fitting(text) : { problem: typeof value };
  } catch (error) {
    if (error === 'node') return { problem: 'node' };
    const message = typeof error === 'object' && error !== null ? error.message : undefined;
    if (begins(message, 'Converting circular')) return { problem: 'circle' };
    if (begins(message, 'Do not know how to serialize a BigInt')) return { problem: 'bigint' };
    return { value };
  }
}`;

const PROBLEMS: Readonly<Record<string, string>> = {
  node: 'The value holds an element of the page: give what you need of it, such as its text.',
  circle: 'The value refers to itself, so that it is no JSON.',
  bigint: 'The value holds a BigInt, which JSON cannot: make it a text or a number.',
  function: 'The value is a function that gives a function.',
  symbol: 'The value is a symbol, which is no JSON.',
};

function valueOf(answer: unknown): unknown {
  const fields: Readonly<Record<string, unknown>> = typeof answer === 'object' && answer !== null ? { ...answer } : {};
  const { json, problem } = fields;
  if (typeof json === 'string') return parsed(json);
  if (problem === 'length') throw new OttoError('content_too_large');
  const message = typeof problem === 'string' ? PROBLEMS[problem] : undefined;
  if (message !== undefined) throw new OttoError('script_failed', { message });
  return fields['value'] ?? null;
}

/** Where the page has replaced `JSON.stringify`, the text may be anything. */
function parsed(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    if (!isDeeperThan(value, VALUE_DEPTH_MAX)) return value;
  } catch {
    throw failed('The value is no JSON: the page has replaced JSON.stringify.');
  }
  throw failed(`The value is nested too deeply: more than ${VALUE_DEPTH_MAX} levels.`);
}

function failureOf(error: unknown): unknown {
  if (error instanceof OttoError || !(error instanceof Error)) return error;
  if (/context was destroyed|navigated or closed|Cannot find (default execution )?context/i.test(error.message)) {
    return failed('The page was left while the script ran.');
  }
  // The browser copies no value of such depth, and none that refers to itself.
  if (/reference chain is too long|could not be (cloned|returned)|by value/i.test(error.message)) {
    return failed('The value is no JSON: it is nested too deeply, or refers to itself.');
  }
  return error;
}

function failed(reason: string): OttoError {
  const line = reason.split('\n')[0] ?? '';
  return new OttoError('script_failed', { message: line.slice(0, MESSAGE_LENGTH_MAX) });
}

const MESSAGE_LENGTH_MAX = 500;

interface EvaluateOptions {
  readonly expression: string;
  readonly arg?: unknown;
  readonly signal: AbortSignal;
  /** It, and what ends the page. */
  readonly signals: readonly AbortSignal[];
}
