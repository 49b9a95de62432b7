import { join } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';
import type { BrowserContext, CDPSession } from 'playwright-core';
import { BrowserDownloads } from './downloads/browser-downloads.js';
import { giveToUser, userDownloadsFolder } from './downloads/give-to-user.js';
import { browserEnvironment, type Environment } from './environment.js';
import { endProcess } from './end-process.js';
import { loadChromium } from './load-chromium.js';
import { makeOwnFolder, makePrivateFolder, removeFolder, sweepLeftovers } from './private-folder.js';
import { until, within } from './until.js';
import { unusable } from './unusable.js';

/**
 * Starts a Chromium with a profile of its own, which goes with it, or with a lasting one. It is driven through a pipe:
 * when this process dies, however it dies, the browser sees the end of the pipe and exits.
 */
export async function launchChromium(options: LaunchOptions): Promise<LaunchedChromium> {
  const runs = join(options.home, 'runs');
  await sweepLeftovers(runs);
  const own = await makeOwnFolder(runs).catch((error: unknown) => {
    throw unusable(runs, error);
  });
  try {
    const launching = start(options, own);
    // Aborted while it starts: what then comes up is closed again.
    const { context, session, pid, downloads } = await until(launching, options.signals).catch(
      async (error: unknown) => {
        await launching.then(({ context: late }) => late.close()).catch(neverStarted);
        throw error;
      },
    );
    let ending: Promise<void> | undefined;
    return { context, session, downloads, close: () => (ending ??= end(context, pid, own)) };
  } catch (error) {
    await removeFolder(own);
    throw error instanceof OttoError ? error : launchFailure(options, error);
  }
}

async function start(options: LaunchOptions, own: string): Promise<Started> {
  const chromium = await loadChromium(options.home);
  const settings = {
    executablePath: options.executable.path,
    headless: options.headless,
    chromiumSandbox: options.hasSandbox,
    args: ARGUMENTS,
    // Pop-ups that no click asked for are blocked, as in any browser.
    ignoreDefaultArgs: ['--disable-popup-blocking'],
    // Playwright leaves them alone then: they are followed, and their files kept, by ourselves.
    acceptDownloads: false,
    viewport: options.headless ? VIEWPORT : null,
    // Signals are the host's concern: it closes the driver, and waits for that.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    env: browserEnvironment(options.env, options.executable.env ?? {}),
    timeout: LAUNCH_MS_MAX,
    // Not in playwright's types, but of its protocol: else a folder of the system's temporary one is left by `kill -9`.
    artifactsDir: own,
  };
  const context = await chromium.launchPersistentContext(options.profileDir ?? join(own, 'profile'), settings);
  try {
    const session = await context.browser()?.newBrowserCDPSession();
    if (session === undefined) throw new Error('The browser ended as soon as it had started.');
    const downloads = await followDownloads({ context, session, own }, options);
    // So that pop-ups are known as soon as the browser makes them.
    await session.send('Target.setDiscoverTargets', { discover: true });
    return { context, session, downloads, pid: await browserPid(session) };
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** Beside playwright's own: no traffic and no questions but those of the pages. */
const ARGUMENTS = [
  '--no-first-run',
  '--no-default-browser-check',
  '--no-pings',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
];

const VIEWPORT = { width: 1280, height: 800 };
const LAUNCH_MS_MAX = 60_000;
const CLOSE_MS_MAX = 5_000;

/** Into a folder that goes with the browser. Only a visible one has tabs that a user opened. */
async function followDownloads({ context, session, own }: Opened, { headless, env }: LaunchOptions) {
  const folder = join(own, 'downloads');
  await makePrivateFolder(folder);
  const theirs = headless ? undefined : await userDownloadsFolder(env);
  const downloads = new BrowserDownloads({
    session,
    context,
    folder,
    ...(theirs === undefined ? {} : { giveToUser: (download) => giveToUser(download, theirs) }),
  });
  await downloads.begin();
  return downloads;
}

async function browserPid(session: CDPSession): Promise<number | undefined> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.find(({ type }) => type === 'browser')?.id;
}

/** Asks the browser to end, makes it end if it does not, and removes what was its own. */
async function end(context: BrowserContext, pid: number | undefined, own: string): Promise<void> {
  const isClosed = await within(
    CLOSE_MS_MAX,
    context.close().then(() => true),
    [],
  ).catch(() => false);
  if (isClosed !== true && pid !== undefined) endProcess(pid);
  await removeFolder(own);
}

function launchFailure({ executable, profileDir }: LaunchOptions, error: unknown): OttoError {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split('\n').map((line) => line.replace(/^.*\[pid=\d+\]\[err\] /, '').trim());
  const said = lines.find((line) =>
    /error while loading|missing x server|\$DISPLAY|cannot|already in use|no such file/i.test(line),
  );
  const reason = (said ?? lines[0] ?? '').slice(0, 300);
  const hints = [
    /x server|\$DISPLAY/i.test(text) ? 'Start the node with --headless: there is no display here.' : '',
    /already in use/i.test(text) ? `Close the browser that uses the profile ${profileDir ?? ''}.` : '',
    `Try to start ${executable.path} by hand, or set OTTO_BROWSER to another browser.`,
  ];
  return new OttoError(
    'browser_not_found',
    {
      message: `The browser ${executable.path} did not start: ${reason}`,
      actionableHint: hints.find((hint) => hint !== '') ?? '',
    },
    { cause: error },
  );
}

/** It failed, so that there is nothing to close. */
function neverStarted(): void {}

interface Opened {
  readonly context: BrowserContext;
  readonly session: CDPSession;
  /** The folder of this browser's temporary files. */
  readonly own: string;
}

interface Started {
  readonly context: BrowserContext;
  readonly session: CDPSession;
  readonly downloads: BrowserDownloads;
  /** Undefined where the browser does not tell. */
  readonly pid: number | undefined;
}

/** A browser that runs. */
export interface LaunchedChromium {
  readonly context: BrowserContext;
  /** Of the browser as a whole. */
  readonly session: CDPSession;
  readonly downloads: BrowserDownloads;
  /** Resolves when the process and its temporary files are gone. */
  close(): Promise<void>;
}

/** A browser that can be executed, and what its process needs in its environment. */
export interface BrowserExecutable {
  readonly path: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface LaunchOptions {
  readonly executable: BrowserExecutable;
  readonly headless: boolean;
  readonly hasSandbox: boolean;
  /** A profile that stays; without one it is new and is removed at the end. */
  readonly profileDir?: string;
  /** Folder of Otto's own files. */
  readonly home: string;
  readonly env: Environment;
  readonly signals: readonly AbortSignal[];
}
