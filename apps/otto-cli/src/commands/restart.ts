import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import { relaySettings } from '../daemon/relay-settings.js';
import { declareCommand } from '../declare-command.js';
import { findRelay } from '../relay/find-relay.js';
import { problemOfListening } from '../relay/problem-of-listening.js';
import { ownRunningService } from '../service/own-service.js';
import { startService } from '../service/start-service.js';
import { flag, port } from '../option-values.js';
import { startRelay, tellRelay, type StartRelayOptions } from './start-relay.js';
import { stopRelay } from './stop-relay.js';

/** `otto restart` */
export const restartCommand = declareCommand({
  words: 'restart',
  summary: 'Stops the relay and starts it again, on the same port; starts it if it does not run.',
  details: 'One that is a service stays it, with the settings that the service has.',
  examples: ['otto restart', 'otto restart --port 9000'],
  endsItself: true,
  options: {
    port: { flags: '--port <port>', summary: 'another port than before', value: port.optional() },
    attached: { flags: '--attached', summary: 'stay in the foreground', value: flag },
  },
  run: async ({ context, options }) => {
    const service = await ownRunningService(context);
    if (service !== undefined) {
      refuseForService(options);
      await stopRelay(context);
      tellRelay(context, 'started', await startService(context, service));
      return;
    }
    await checkStart(context, options.port);
    const stopped = await stopRelay(context);
    await startRelay(context, { port: options.port ?? stopped?.port, attached: options.attached });
  },
});

/**
 * Whoever restarts from a shell with other settings must not be left without a relay.
 *
 * @throws OttoError what the new relay would say, or `start_failed` when the port that it is to have is taken
 */
async function checkStart({ io, paths, version }: CommandContext, port: number | undefined): Promise<void> {
  const found = await findRelay(paths, io.signal);
  const before = found.state === 'running' ? found.record.port : undefined;
  const wanted = port ?? before;
  const wished = wanted === undefined ? {} : { OTTO_RELAY_PORT: String(wanted) };
  const { host } = await relaySettings({ paths, env: { ...io.env, ...wished }, version });
  if (port === undefined || port === before) return;
  const problem = await problemOfListening(host, port);
  if (problem === undefined) return;
  throw new OttoError('start_failed', {
    message: `The relay could not listen on port ${port}: ${problem}. Whatever runs goes on.`,
    actionableHint: 'Give another port; with --port 0 the relay takes a free one.',
  });
}

/** The service has its settings from when it was installed; another relay beside it would be none. */
function refuseForService({ port, attached }: StartRelayOptions): void {
  if (port === undefined && !attached) return;
  throw new OttoError('invalid_usage', {
    message: `The relay is a service, which ${attached ? 'runs in the background' : 'has its port from when it was installed'}.`,
    actionableHint: attached
      ? 'Run otto service uninstall, then otto start --attached.'
      : `Run otto service install --port ${port}.`,
  });
}
