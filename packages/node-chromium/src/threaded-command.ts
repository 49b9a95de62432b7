import { pathToFileURL } from 'node:url';
import { OttoError } from '@telepat/otto-protocol';
import {
  READABLE_PAGE_METHODS,
  SITE_PAGE_METHODS,
  type LoginCheckContext,
  type SiteCommand,
  type SiteCommandContext,
} from '@telepat/otto-node-runtime';
import { PlugInThread, type PlugInTask, type ThreadOptions } from './plug-in-thread.js';
import type { DescribedCommand } from './site-module.js';

/** A command of a module, each of whose functions runs in a thread of its own. */
export function threadedCommand(described: DescribedCommand, { path, thread, origin }: CommandHome): SiteCommand {
  const { login, execute: _execute, test, ...facts } = described;
  const what = { kind: 'run', module: pathToFileURL(path).href, id: facts.id } as const;
  const run = (hook: 'execute' | 'test', context: SiteCommandContext): Promise<unknown> => {
    const { input, tabSessionId } = context;
    const named = tabSessionId === undefined ? {} : { tabSessionId };
    return runInThread({ ...what, hook, methods: SITE_PAGE_METHODS, input, ...named }, context, thread);
  };
  const check = async (context: LoginCheckContext): Promise<boolean> => {
    const task = { ...what, hook: 'isLoggedIn', methods: READABLE_PAGE_METHODS } as const;
    return (await runInThread(task, context, thread)) === true;
  };
  return {
    ...given(facts),
    origin,
    execute: (context) => run('execute', context),
    ...(test === undefined ? {} : { test: (context) => run('test', context) }),
    ...(login === undefined ? {} : { login: { ...given(login), isLoggedIn: check } }),
  };
}

async function runInThread(
  task: Extract<PlugInTask, { kind: 'run' }>,
  { page, signal, log }: LoginCheckContext,
  thread: ThreadOptions,
): Promise<unknown> {
  const call = async (method: string, args: readonly unknown[]): Promise<unknown> => {
    // A module can ask past what it is given.
    const work: unknown = task.methods.includes(method) ? Reflect.get(page, method) : undefined;
    if (typeof work !== 'function') throw new OttoError('action_not_supported');
    return await Reflect.apply(work, page, args);
  };
  const json = await new PlugInThread(thread, { call, log }).run(task, signal);
  return json === undefined ? undefined : JSON.parse(json);
}

/** Leaves out what was not given. */
function given<T extends object>(fields: T): Given<T> {
  // Only undefined values are taken out.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

interface CommandHome {
  readonly path: string;
  readonly thread: ThreadOptions;
  readonly origin: NonNullable<SiteCommand['origin']>;
}
