import type { SiteCommandDescriptor, SiteCommandProblem } from '@telepat/otto-protocol';
import type { Ink } from '../ink.js';

/** Site commands for people: what each is for, and what it takes. */
export function siteCommandsText(commands: readonly SiteCommandDescriptor[], ink: Ink): string {
  if (commands.length === 0) return 'This node has no commands for sites.';
  return commands.map((command) => [headLine(command, ink), ...factLines(command)].join('\n')).join('\n\n');
}

/** Why a file of commands could not be used, as a line. */
export function problemLine({ file, reason }: SiteCommandProblem): string {
  return `otto: ${file} cannot be used: ${reason}`;
}

function headLine({ site, id, description }: SiteCommandDescriptor, ink: Ink): string {
  return `${ink.bold(`${site} ${id}`)}  ${description}`;
}

function factLines({
  requiresAuth,
  origin,
  inputFields = [],
  inputAtLeastOneOf = [],
}: SiteCommandDescriptor): string[] {
  const width = Math.max(0, ...inputFields.map(({ name }) => name.length));
  return [
    ...(origin === 'user' ? ['  your own'] : []),
    ...(requiresAuth ? ['  somebody must be logged in'] : []),
    ...inputFields.map(
      ({ name, type, optional, description }) =>
        `  ${name.padEnd(width)}  ${type}${optional === true ? '' : ' (required)'}: ${description}`,
    ),
    ...(inputAtLeastOneOf.length === 0 ? [] : [`  at least one of ${inputAtLeastOneOf.join(', ')}`]),
  ];
}
