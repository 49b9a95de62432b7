import type * as Clack from '@clack/prompts';
import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import { defaultClientName } from '../controller/register-client.js';
import { Interruption } from '../interruption.js';
import { findRelay } from '../relay/find-relay.js';
import { isDaemonsAddress } from '../relay/is-daemons-address.js';
import { relayPlace } from '../relay/relay-address.js';
import { plainText } from '../terminal-text.js';
import { setUp, type SetupPlan } from './set-up.js';

/** The same as `setUp` for somebody at a terminal: asks what it cannot know, and says what it does. */
export async function setUpInDialogue(context: CommandContext, given: SetupPlan): Promise<void> {
  const prompts = await import('@clack/prompts');
  prompts.intro('Otto: setup');
  const plan = await askForPlan(context, given, prompts);
  const { next } = await setUp(context, plan, (sentence) => prompts.log.success(plainText(sentence)));
  // Not in a box: commands that wrap in a frame cannot be copied.
  prompts.log.step(plainText(['Next:', ...next.map((command) => `  ${command}`)].join('\n')));
  prompts.outro('Set up. otto setup may be run again at any time.');
}

async function askForPlan(context: CommandContext, given: SetupPlan, prompts: Prompts): Promise<SetupPlan> {
  const { relayUrl: configured, clientId } = await context.config.read();
  const usual = configured ?? (await relayPlace(context)).wsUrl;
  const relayUrl = given.relayUrl ?? (await askForRelay(context, prompts, usual));
  const mayStart = !given.skipDaemon && isDaemonsAddress(relayUrl);
  return {
    // What is usual is not written down: it is found wherever it runs.
    relayUrl: relayUrl === usual ? given.relayUrl : relayUrl,
    skipDaemon: given.skipDaemon || (mayStart && !(await mayRun(context, prompts))),
    name: clientId === undefined ? await askForName(context, prompts) : undefined,
  };
}

async function askForRelay({ io }: CommandContext, prompts: Prompts, usual: string): Promise<string> {
  const { relayUrls } = await import('@telepat/otto-sdk');
  const validate = (typed: string | undefined) => problemOf(() => relayUrls(typed ?? ''));
  const question = { message: 'Which relay?', initialValue: usual, validate, signal: io.signal };
  return answerOf(prompts, await prompts.text(question));
}

async function mayRun({ paths, io }: CommandContext, prompts: Prompts): Promise<boolean> {
  if ((await findRelay(paths, io.signal)).state === 'running') return true;
  const question = { message: 'It does not run. Start it in the background?', signal: io.signal };
  return answerOf(prompts, await prompts.confirm(question));
}

/** The usual name may get an addition when it is taken; a name that was chosen may not. */
async function askForName({ io }: CommandContext, prompts: Prompts): Promise<string | undefined> {
  const usual = defaultClientName();
  const validate = (typed: string | undefined) => ((typed ?? '').trim() === '' ? 'A name is needed.' : undefined);
  const message = 'What shall owners of nodes call this machine?';
  const name = answerOf(
    prompts,
    await prompts.text({ message, initialValue: usual, validate, signal: io.signal }),
  ).trim();
  return name === usual ? undefined : name;
}

/** Ctrl+C at a question arrives as an answer, because the terminal is in raw mode then. */
function answerOf<T>(prompts: Prompts, answer: T | Prompts['CANCEL_SYMBOL']): T {
  if (!prompts.isCancel(answer)) return answer;
  prompts.cancel('Nothing more is done.');
  throw new Interruption('SIGINT');
}

function problemOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof OttoError) return error.message;
    throw error;
  }
}

type Prompts = typeof Clack;
