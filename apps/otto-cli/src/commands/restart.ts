import { OttoError } from '@telepat/otto-protocol';
import { declareCommand } from '../declare-command.js';
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
    const stopped = await stopRelay(context);
    await startRelay(context, { port: options.port ?? stopped?.port, attached: options.attached });
  },
});

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
