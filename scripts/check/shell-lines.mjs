import { parse } from 'shell-quote';

/** Programs whose command lines can be looked into; a fence or a code span that begins with one of them must be a command. */
const PROGRAM = /^(otto|npm|npx|node) /;

/**
 * The lines of a page that people paste into a shell, and the command lines among its code spans.
 * @param {string} text
 * @returns {{ pasted: string[], spans: string[], unlabelled: string[] }} `unlabelled` are command lines in a fence without a language
 */
export function shellLines(text) {
  const fences = [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)];
  const linesOf = (/** @type {string} */ language) =>
    fences
      .filter(([, , named]) => named === language)
      .flatMap(([, , , code = '']) => code.replaceAll('\\\n', ' ').split('\n'))
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  const prose = text.replaceAll(/^( *)```\w*\n[\s\S]*?^ *```$/gm, '');
  return {
    pasted: linesOf('sh'),
    spans: [...prose.matchAll(/`([^`]+)`/g)]
      .map(([, code = '']) => code.replace(/\s+/g, ' ').replaceAll('\\|', '|'))
      .filter((code) => PROGRAM.test(code)),
    unlabelled: linesOf('').filter((line) => PROGRAM.test(line)),
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
