import { parse } from 'shell-quote';

/** Programs whose command lines can be looked into; a fence or a code span that begins with one of them must be a command. */
const PROGRAM = /^(otto|npm|npx|node) /;

/** Names of a shell that a fence may have; only `sh` is looked into, so that the others must not be used. */
const OTHER_SHELLS = new Set(
  'bash zsh fish shell shellscript console shell-session sh-session terminal powershell pwsh cmd bat'.split(' '),
);

const FENCE = /^ *(```|~~~)([^\n]*)\n([\s\S]*?)^ *\1$/gm;

/**
 * The lines of a page that people paste into a shell, and the command lines among its code spans.
 * @param {string} text
 * @returns {{ pasted: string[], spans: string[], unlabelled: string[] }} `unlabelled` are lines in a fence of another shell, and command lines in one without a language
 */
export function shellLines(text) {
  const fences = [...text.matchAll(FENCE)].map(([, , named = '', code = '']) => ({
    language: named.trim().split(/[\s{]/)[0] ?? '',
    code,
  }));
  const linesOf = (/** @type {(language: string) => boolean} */ isMeant) =>
    fences
      .filter(({ language }) => isMeant(language))
      .flatMap(({ code }) => code.replaceAll('\\\n', ' ').split('\n'))
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  const prose = text.replaceAll(FENCE, '');
  return {
    pasted: linesOf((language) => language === 'sh'),
    spans: [...prose.matchAll(/`([^`]+)`/g)]
      .map(([, code = '']) => code.replace(/\s+/g, ' ').replaceAll('\\|', '|'))
      .filter((code) => PROGRAM.test(code)),
    unlabelled: [
      ...linesOf((language) => OTHER_SHELLS.has(language.toLowerCase())),
      ...linesOf((language) => language === '').filter((line) => PROGRAM.test(line)),
    ],
  };
}

/**
 * The programs that a line runs, each with its words. Variables stay as they are written, what is redirected to is left out.
 * @param {string} line
 * @returns {string[][]}
 * @throws {Error} when the line is more than the shells of all our readers understand alike
 */
export function programsOf(line) {
  /** @type {string[][]} */
  const programs = [[]];
  let isTarget = false;
  for (const piece of parse(line, (name) => `$${name}`)) {
    if (typeof piece === 'string') {
      if (!isTarget && !(programs.at(-1)?.length === 0 && /^\w+=/.test(piece))) programs.at(-1)?.push(piece);
      isTarget = false;
    } else if ('pattern' in piece) programs.at(-1)?.push(piece.pattern);
    else if ('op' in piece) {
      if (piece.op === '<') throw new Error(`a placeholder must not look like a redirection: ${line}`);
      isTarget = piece.op === '>' || piece.op === '>>';
      if (!isTarget) programs.push([]);
    }
  }
  return programs.filter((words) => words.length > 0);
}
