import { join } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';
import { readIfThere } from '../config/private-file.js';
import type { CommandContext } from '../context.js';
import type { Environment } from '../io.js';

/** The secrets of a relay. None is written into the file of a service, which others may read. */
const SECRETS = ['OTTO_TOKEN_SECRET', 'OTTO_TOKEN_PREVIOUS_SECRET', 'OTTO_CONTROLLER_REGISTRATION_SECRET'] as const;

/** Whoever lacks these does more than was meant. */
const GUARDS: ReadonlySet<string> = new Set(['OTTO_CONTROLLER_REGISTRATION_SECRET']);

/** What a service without a secret does instead. */
const WITHOUT: Readonly<Record<string, string>> = {
  OTTO_TOKEN_SECRET: 'the service signs with the secret in the folder of the relay',
  OTTO_TOKEN_PREVIOUS_SECRET: 'the service takes no tokens that were signed with the secret before',
};

/** Where systemd looks for the secrets of the service. */
export function serviceSecretsFile(home: string): string {
  return join(home, 'service.env');
}

/**
 * The secrets that the service will have, from the file of its owner. Which of this shell it will not have is noted.
 *
 * @throws OttoError `service_failed` when it would let others do what they may not do now
 */
export async function serviceSecrets({ io, paths, output }: SecretsContext): Promise<Environment> {
  const file = serviceSecretsFile(paths.home);
  const kept = io.platform === 'linux' ? variablesOf((await readIfThere(file)) ?? '') : {};
  for (const name of SECRETS) {
    if ((io.env[name] ?? '') === '' || kept[name] !== undefined) continue;
    if (GUARDS.has(name)) throw refused(name, { file, platform: io.platform });
    output.note(
      `otto: ${name} is not written down: ${WITHOUT[name]}. ${placeFor(name, { file, platform: io.platform })}`,
    );
  }
  return kept;
}

function refused(name: string, place: Place): OttoError {
  return new OttoError('service_failed', {
    message: `${name} is set here, and secrets are not written down for a service: without it anybody on this machine could register a controller.`,
    actionableHint: `${placeFor(name, place)} Or unset it, to install the service without it.`,
  });
}

function placeFor(name: string, { file, platform }: Place): string {
  return platform === 'linux'
    ? `To have it there, put ${name}=… into ${file}, with chmod 600 ${file}, and install the service again.`
    : 'launchd has no place for secrets; otto start runs the relay with those of its shell.';
}

/** The file as systemd reads it, as far as relays need it: a variable a line, in quotes or without. */
function variablesOf(text: string): Environment {
  const lines = text.split('\n').map((line) => /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line));
  return Object.fromEntries(
    lines.flatMap((match) => (match === null ? [] : [[match[1] ?? '', unquoted((match[2] ?? '').trim())]])),
  );
}

function unquoted(value: string): string {
  return /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value;
}

type SecretsContext = Pick<CommandContext, 'io' | 'paths' | 'output'>;

interface Place {
  readonly file: string;
  readonly platform: NodeJS.Platform;
}
