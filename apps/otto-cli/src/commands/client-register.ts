import { hostname } from 'node:os';
import { declareCommand } from '../declare-command.js';
import { text } from '../option-values.js';
import { relayAddress } from '../relay/relay-address.js';

/** `otto client register` */
export const clientRegisterCommand = declareCommand({
  words: 'client register',
  summary: 'Registers this machine as a controller and keeps its secret.',
  details:
    'The secret is kept in a file that only you can read. A new controller reaches no node until the owner of the ' +
    'node grants it: otto access grant.',
  examples: ['otto client register --name "my laptop"', 'otto client register --name ci --description "nightly run"'],
  options: {
    name: {
      flags: '--name <name>',
      summary: 'what node owners see (default: that of this machine)',
      value: text.optional(),
    },
    description: { flags: '--description <text>', summary: 'what it is for', value: text.optional() },
  },
  run: async ({ context, options }) => {
    const { config, secrets, io, output } = context;
    const { httpUrl } = await relayAddress(context);
    const { OttoHttpApi } = await import('@telepat/otto-sdk');
    const registrationSecret = io.env['OTTO_CONTROLLER_REGISTRATION_SECRET'];
    const before = (await config.read()).clientId;
    // The secret is given once: what cannot keep it must not ask for it.
    await secrets.checkKeepable();

    const { clientId, name, description, clientSecret, createdAt } = await new OttoHttpApi({
      baseUrl: httpUrl,
    }).clients.register(
      {
        name: options.name ?? `otto on ${hostname()}`,
        description: options.description ?? `The otto command line on ${hostname()}`,
      },
      registrationSecret === undefined || registrationSecret === '' ? {} : { registrationSecret },
    );
    await secrets.keep(clientId, clientSecret);
    await config.update({ clientId, controllerId: undefined, accessToken: undefined, refreshToken: undefined });
    if (before !== undefined) output.note(`otto: this machine was ${before} before; that controller stays registered.`);
    output.answer(
      { clientId, name, description, createdAt },
      `Registered "${name}" as ${clientId}. Next: otto client login, and otto access grant ${clientId} at the node.`,
    );
  },
});
