// Runs one module of site commands in a thread of its own: it describes what the module holds, or runs one function of
// it. Whatever the module does, the node can end the thread and go on.
import { format } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';

/** What a site module may be called by; a module has one of these. */
const EXPORTS = ['default', 'command', 'site'];

/** @type {Map<number, (answer: Answer) => void>} */
const waiting = new Map();
/** The errors that calls of the page ended with, so that the node knows its own again. */
const callsOfErrors = new WeakMap();
const abort = new AbortController();
let lastCall = 0;

/** @param {Task} task */
async function work(task) {
  const found = await import(task.module);
  if (task.kind === 'describe') return describe(found);
  return JSON.stringify(await hookOf(found, task)(contextOf(task)));
}

/**
 * Data as it is, and a word in the place of each function.
 * @param {Readonly<Record<string, unknown>>} found
 */
function describe(found) {
  const exports = EXPORTS.filter((name) => name in found).map((name) => found[name]);
  return JSON.stringify({ exports }, (_key, value) => (typeof value === 'function' ? 'function' : value));
}

/**
 * The function that is to run; that it is there was found out when the module was described.
 * @param {Readonly<Record<string, PlugIn>>} found
 * @param {RunTask} task
 * @returns {Hook}
 */
function hookOf(found, { id, hook }) {
  const exported = found[EXPORTS.find((name) => name in found) ?? ''];
  const command = (exported?.commands ?? [exported]).find((one) => one?.id === id);
  const owner = hook === 'isLoggedIn' ? (command?.login ?? exported?.login) : command;
  return (context) => owner?.[hook]?.(context);
}

/** @param {RunTask} task */
function contextOf({ input, tabSessionId, methods }) {
  const page = Object.fromEntries(methods.map((method) => [method, call.bind(undefined, method)]));
  const facts = {
    ...(input === undefined ? {} : { input, fail }),
    ...(tabSessionId === undefined ? {} : { tabSessionId }),
  };
  return { ...facts, page, log, signal: abort.signal };
}

/**
 * @param {string} method
 * @param {unknown[]} args
 */
function call(method, ...args) {
  const called = new Promise((resolve, reject) => {
    const id = ++lastCall;
    const sendable = args.map((arg) => (typeof arg === 'function' ? String(arg) : arg));
    parentPort?.postMessage({ type: 'call', id, method, args: sendable });
    waiting.set(id, ({ value, failure }) => {
      if (failure === undefined) return resolve(value);
      const error = Object.assign(new Error(failure.message), { name: 'OttoError', code: failure.code });
      callsOfErrors.set(error, id);
      reject(error);
    });
  });
  // Who does not wait for it does not hear of it either.
  called.catch(() => {});
  return called;
}

/** @param {unknown} message */
function log(message) {
  parentPort?.postMessage({ type: 'log', message: String(message) });
}

/**
 * @param {string} code
 * @param {string} message
 */
function fail(code, message) {
  throw Object.assign(new Error(message), { name: 'SiteCommandError', code });
}

/** @param {unknown} thrown */
function failureOf(thrown) {
  if (!(thrown instanceof Error)) return { message: format('%s', thrown) };
  const { name, message, stack } = thrown;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {};
  const call = callsOfErrors.get(thrown);
  return { name, message, stack, ...code, ...(call === undefined ? {} : { call }) };
}

for (const method of /** @type {const} */ (['log', 'info', 'warn', 'error', 'debug'])) {
  console[method] = (...words) => log(format(...words));
}

parentPort?.on('message', (/** @type {FromNode} */ message) => {
  if (message.type === 'abort') {
    abort.abort(Object.assign(new Error(message.message), { name: 'OttoError', code: message.code }));
    return;
  }
  waiting.get(message.id)?.(message);
  waiting.delete(message.id);
});

try {
  parentPort?.postMessage({ type: 'done', json: await work(workerData) });
} catch (thrown) {
  parentPort?.postMessage({ type: 'failed', failure: failureOf(thrown) });
}

/** @typedef {{ value?: unknown, failure?: { code: string, message: string } }} Answer */
/** @typedef {{ type: 'abort', code: string, message: string } | ({ type: 'answer', id: number } & Answer)} FromNode */
/** @typedef {(context: object) => unknown} Hook */
/** @typedef {'execute' | 'test' | 'isLoggedIn'} HookName */
/**
 * @typedef {{ readonly id?: string, readonly login?: PlugIn, readonly commands?: readonly PlugIn[] }
 *   & { readonly [K in HookName]?: Hook }} PlugIn
 */
/** @typedef {{ kind: 'describe', module: string }} DescribeTask */
/**
 * @typedef {{ kind: 'run', module: string, id: string, hook: HookName, methods: string[],
 *   input?: object, tabSessionId?: string }} RunTask
 */
/** @typedef {DescribeTask | RunTask} Task */
