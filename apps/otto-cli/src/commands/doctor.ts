import { OttoError } from '@telepat/otto-protocol';
import { answerOrFail } from '../answer-or-fail.js';
import { declareCommand } from '../declare-command.js';
import { CHECKS } from '../doctor/checks/index.js';
import type { CheckReport } from '../doctor/finding.js';
import { runChecks } from '../doctor/run-checks.js';
import { flag } from '../option-values.js';

const SENTENCE = 'Not everything on this machine is as it must be';

/** `otto doctor` */
export const doctorCommand = declareCommand({
  words: 'doctor',
  summary: 'Checks everything on this machine, and says what is wrong and what mends it.',
  details:
    'Node, folders and who may read them, disk, relay and its version, port, clock, keychain, controller, browser, ' +
    'and pairings that nobody uses. --fix closes folders to other users, takes away what a killed relay left and ' +
    'moves a secret from its file to the keychain. Ends with 1 when something fails.',
  examples: ['otto doctor', 'otto doctor --fix', 'otto doctor --json'],
  options: { fix: { flags: '--fix', summary: 'mend what can be mended without harm', value: flag } },
  run: async ({ context, options }) => {
    const checks = await runChecks(context, CHECKS, { fixes: options.fix });
    const failed = checks.filter(({ level }) => level === 'fail').map(({ name }) => name);
    const text = [...checks.flatMap(linesOf), summaryOf(checks)].join('\n');
    const ok = failed.length === 0;
    const message = `${SENTENCE}: ${failed.join(', ')}.`;
    answerOrFail(
      context.output,
      { document: { ok, checks }, text },
      ok ? undefined : new OttoError('checks_failed', { message }),
    );
  },
});

function linesOf({ name, level, message, remedy, fixed }: CheckReport): string[] {
  const line = `${level.padEnd(4)}  ${name.padEnd(10)}  ${message}${fixed === true ? ' (mended)' : ''}`;
  return remedy === undefined ? [line] : [line, `${' '.repeat(18)}next: ${remedy}`];
}

function summaryOf(checks: readonly CheckReport[]): string {
  const count = (level: CheckReport['level']) => checks.filter((check) => check.level === level).length;
  if (count('fail') + count('warn') === 0) return 'Everything is well.';
  return `${count('fail')} failed, ${count('warn')} to know of.`;
}
