import { settingChanges } from '../config/settings.js';
import type { CommandContext } from '../context.js';
import { unlessAborted } from '../interruption.js';
import { isDaemonsAddress } from '../relay/is-daemons-address.js';
import { relayAddress, relayPlace } from '../relay/relay-address.js';
import { setUpController, type ControllerSetup } from './setup-controller.js';
import { portOf, setUpDaemon, type DaemonSetup } from './setup-daemon.js';

/**
 * Brings this machine to where commands work: a relay runs, and this machine is a controller of it. What is there
 * already stays as it is, so that it may be done again at any time.
 *
 * @param told hears of each step when it is done
 */
export async function setUp(
  context: CommandContext,
  plan: SetupPlan,
  told: (sentence: string) => void = () => undefined,
): Promise<SetupReport> {
  const config = await context.config.read();
  const relayUrl = plan.relayUrl ?? config.relayUrl;
  const daemon = plan.skipDaemon ? await skippedDaemon(context, relayUrl) : await setUpDaemon(context, relayUrl);
  told(DAEMON_SENTENCES[daemon.outcome](daemon.port));
  if (plan.relayUrl !== undefined && plan.relayUrl !== config.relayUrl) {
    await context.config.update(await settingChanges(config, 'relayUrl', plan.relayUrl));
  }
  const controller = await setUpController(context, plan.name);
  const how = controller.outcome === 'registered' ? 'is registered and logged in' : 'was registered already';
  told(`This machine ${how}, as ${controller.clientId}.`);
  // No extension comes with this package.
  return { daemon, controller, extension: null, next: await nextSteps(context, controller, daemon) };
}

async function skippedDaemon(context: CommandContext, relayUrl: string | undefined): Promise<DaemonSetup> {
  return { outcome: 'skipped', port: portOf(relayUrl ?? (await relayPlace(context)).wsUrl) };
}

const DAEMON_SENTENCES: Readonly<Record<DaemonSetup['outcome'], (port: number) => string>> = {
  started: (port) => `The relay was started on port ${port}.`,
  already_running: (port) => `The relay runs already, on port ${port}.`,
  elsewhere: () => 'The relay is one of another machine.',
  skipped: () => 'The relay was left alone.',
};

/** Commands in the order in which they are to be run; with a node at hand, the first of use. */
async function nextSteps(
  context: CommandContext,
  { clientId }: ControllerSetup,
  { outcome }: DaemonSetup,
): Promise<string[]> {
  const { httpUrl } = await relayAddress(context);
  const { accessToken } = await context.config.read();
  const { OttoHttpApi } = await import('@telepat/otto-sdk');
  const bearer = accessToken === undefined ? {} : { bearer: accessToken };
  const answer = new OttoHttpApi({ baseUrl: httpUrl, ...bearer }).nodes.connected();
  const { nodes } = await unlessAborted(context.io.signal, answer);
  const use = 'otto extract-content https://example.com';
  if (nodes.length > 0) return [use];
  const isHere = outcome !== 'elsewhere' && isDaemonsAddress(httpUrl);
  return [isHere ? `otto node start --grant ${clientId}` : `otto access grant ${clientId}`, use];
}

export interface SetupPlan {
  /** Undefined: the one that is set, or the one of this machine. */
  readonly relayUrl: string | undefined;
  readonly skipDaemon: boolean;
  /** What node owners see; undefined takes that of the machine. */
  readonly name: string | undefined;
}

export interface SetupReport {
  readonly daemon: DaemonSetup;
  readonly controller: ControllerSetup;
  readonly extension: null;
  /** Commands. */
  readonly next: readonly string[];
}
