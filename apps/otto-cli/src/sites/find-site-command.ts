import { ACTIONS, OttoError, type SiteCommandDescriptor, type SiteCommandProblem } from '@telepat/otto-protocol';
import type { OttoClient } from '@telepat/otto-sdk';

/**
 * What a node says of one of its commands. Where it has none of that name, the files of the site that it could not use
 * are the likely reason, and `onProblem` hears of them.
 *
 * @throws OttoError `unknown_site`, `unknown_command`
 */
export async function findSiteCommand(
  client: Pick<OttoClient, 'send'>,
  { nodeId, site, command }: { nodeId: string; site: string; command: string },
  onProblem: (problem: SiteCommandProblem) => void,
): Promise<SiteCommandDescriptor> {
  const { data } = await client.send('command.list', { site }, { nodeId });
  const { commands, problems = [] } = ACTIONS['command.list'].output.parse(data);
  const found = commands.find(({ id }) => id === command);
  if (found !== undefined) return found;
  problems.forEach(onProblem);
  throw new OttoError('unknown_command', {
    message: `The site ${site} has no command "${command}"; it has ${commands.map(({ id }) => id).join(', ') || 'none'}.`,
    actionableHint: `otto commands list --site ${site} shows what each takes.`,
    effect: 'none',
  });
}
