import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import { userFolderOf } from '../config/user-folder.js';
import { DAEMON_COMMAND } from '../daemon/daemon-command.js';
import { launchdAgent } from './launchd-agent.js';
import { systemdUnit } from './systemd-unit.js';

/**
 * How the relay becomes a service of this user, on this system.
 *
 * @param port overrules that of the environment
 * @throws OttoError `service_failed` where there is no way
 */
export function servicePlan(context: Pick<CommandContext, 'io' | 'paths'>, port?: number): ServicePlan {
  const { io, paths } = context;
  const wish: ServiceWish = {
    program: [DAEMON_COMMAND.program, ...DAEMON_COMMAND.words],
    env: serviceEnv(context, port),
    log: paths.daemonLog,
    userFolder: userFolderOf(io, 'Set HOME to a folder of your own; the service is put there.'),
    configFolder: io.env['XDG_CONFIG_HOME'],
    userId: process.getuid?.() ?? 0,
  };
  if (io.platform === 'linux') return systemdUnit(wish);
  if (io.platform === 'darwin') return launchdAgent(wish);
  throw new OttoError('service_failed', {
    message: `On ${io.platform} Otto cannot make the relay a service.`,
    actionableHint: 'Let the system run otto start when you log in.',
  });
}

/** Whether a variable is for the relay and no secret: files of services may be read by others, and are kept. */
function isForService(name: string): boolean {
  return name.startsWith('OTTO_') && name !== 'OTTO_BROWSER' && !name.includes('SECRET');
}

/** What is written down for the service. */
export function serviceEnv({ io, paths }: Pick<CommandContext, 'io' | 'paths'>, port?: number): ServiceEnv {
  const own = Object.entries(io.env).flatMap(([name, value]) =>
    value === undefined || value === '' || !isForService(name) ? [] : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(own),
    OTTO_HOME: paths.home,
    OTTO_LOG_DIR: paths.relay,
    ...(port === undefined ? {} : { OTTO_RELAY_PORT: String(port) }),
  };
}

/** The settings of the relay. */
export type ServiceEnv = Readonly<Record<string, string>> & { readonly OTTO_HOME: string };

/** What a service is to be. */
export interface ServiceWish {
  readonly program: readonly string[];
  readonly env: ServiceEnv;
  /** Where its stderr goes, added to the end. */
  readonly log: string;
  readonly userFolder: string;
  readonly configFolder: string | undefined;
  readonly userId: number;
}

/** A service as a system has it: a file, and the commands that make the system look at it. */
export interface ServicePlan {
  readonly file: string;
  readonly text: string;
  /** The part of the text that says whose folder it serves. */
  readonly folderLine: string;
  /** In this order, when the file is written; they show whether the system plays along. */
  readonly prepare: readonly ServiceCommand[];
  /** In this order, when no other relay runs. The service runs then, and at each login. */
  readonly start: readonly ServiceCommand[];
  /** In this order, before the file is removed. */
  readonly uninstall: readonly ServiceCommand[];
  /** When it is removed. */
  readonly forget: readonly ServiceCommand[];
  /** Succeeds while the service runs. */
  readonly isActive: ServiceCommand;
  /** What people may want to know. */
  readonly note?: string;
}

export interface ServiceCommand {
  readonly words: readonly [program: string, ...rest: string[]];
  /** It may fail: what it is to end may not be there. */
  readonly mayFail?: true;
}
