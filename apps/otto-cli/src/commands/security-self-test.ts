import { OttoError } from '@telepat/otto-protocol';
import { answerOrFail } from '../answer-or-fail.js';
import type { CommandContext } from '../context.js';
import { declareCommand } from '../declare-command.js';
import { findRelay, type RunningRelay } from '../relay/find-relay.js';
import type { AttackResult, PlayedAttacks } from '../security/play-attacks.js';

const SIGNS = { held: '✓', got_through: '✗', not_played: '–' } as const;

/** `otto security self-test` */
export const securitySelfTestCommand = declareCommand({
  words: 'security self-test',
  summary: 'Plays known attacks against the running relay, and fails if one gets through.',
  details:
    'Each attack is told in one line: its name, what it tried, what the relay did. They are played under names of ' +
    'their own, which are removed in the end; nobody who is connected is disturbed. The operation log keeps what the ' +
    'relay noted of them.',
  examples: ['otto security self-test', 'otto security self-test --json'],
  endsItself: true,
  run: async ({ context }) => {
    const relay = await runningRelay(context);
    const [{ ATTACKS }, { playAttacks }] = await Promise.all([
      import('../security/attacks/index.js'),
      import('../security/play-attacks.js'),
    ]);
    const { io, output, paths } = context;
    const registrationSecret = io.env['OTTO_CONTROLLER_REGISTRATION_SECRET'];
    const played = await playAttacks(
      ATTACKS,
      {
        httpUrl: relay.httpUrl,
        operatorToken: relay.operatorToken,
        folder: paths.relay,
        platform: io.platform,
        ...(registrationSecret === undefined ? {} : { registrationSecret }),
        signal: io.signal,
      },
      (result) => output.screen.line(lineOf(context, result)),
    );
    tell(context, relay, played);
  },
});

async function runningRelay({ paths, io }: CommandContext): Promise<RunningRelay> {
  const found = await findRelay(paths, io.signal);
  if (found.state === 'running') return found;
  if (found.state === 'silent') {
    throw new OttoError('relay_unreachable', { message: `The relay (pid ${found.record.pid}) does not answer.` });
  }
  throw new OttoError('not_running', { message: 'The relay is not running, so that there is nothing to attack.' });
}

function lineOf({ output: { screen } }: CommandContext, { name, tried, outcome, saw }: AttackResult): string {
  const { ink } = screen;
  const paint = { held: ink.green, got_through: ink.red, not_played: ink.yellow }[outcome].bind(ink);
  const words = outcome === 'held' ? saw : `${outcome === 'got_through' ? 'GOT THROUGH' : 'not played'}: ${saw}`;
  return `${paint(SIGNS[outcome])} ${ink.bold(name)}  tried to ${ink.plain(tried)}: ${ink.plain(words)}`;
}

/** The summary; a relay that let something through is a failure. */
function tell({ output }: CommandContext, { httpUrl }: RunningRelay, { results, leftBehind }: PlayedAttacks): void {
  const count = (outcome: AttackResult['outcome']) => results.filter((result) => result.outcome === outcome).length;
  const counts = { held: count('held'), gotThrough: count('got_through'), notPlayed: count('not_played') };
  const lines = [
    `${results.length} attacks on ${httpUrl}: ${counts.held} held, ${counts.gotThrough} got through, ${counts.notPlayed} not played.`,
    ...leftBehind.map((id) => `Left behind, please remove: ${id}`),
  ];
  const hasFailed = counts.gotThrough > 0 || counts.held === 0;
  const message =
    counts.gotThrough > 0
      ? `${counts.gotThrough} of ${results.length} attacks got through.`
      : 'No attack could be played.';
  const actionableHint =
    'Look at the attacks that did not hold; while one gets through, let nobody else reach the relay.';
  answerOrFail(
    output,
    { document: { relay: httpUrl, ...counts, attacks: results, leftBehind }, text: lines.join('\n') },
    hasFailed ? new OttoError('checks_failed', { message, actionableHint }) : undefined,
  );
}
