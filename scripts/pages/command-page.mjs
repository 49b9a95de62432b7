import { cell, table } from './markdown.mjs';

/**
 * The page of all commands of `otto`.
 * @param {readonly CommandRow[]} commands
 */
export function commandPage(commands) {
  return `# Commands

Made from the rows in \`apps/otto-cli/src/commands\` by \`npm run pages\`; edit those, not this page.

\`otto <command> --help\` says the same. Every command takes \`--json\`: its answer is then one line of JSON on stdout (a line for each entry
where it goes on), and nothing else is there; what people should know besides goes to stderr. It ends with 0 for success, 1 for a
failure, 2 for wrong usage, 130 after Ctrl+C, and with 143 or 129 when it is told to end or its terminal is gone.

${table(
  ['command', 'what it does'],
  commands.map(({ words, summary }) => [`[\`otto ${words}\`](#otto-${words.replaceAll(' ', '-')})`, cell(summary)]),
)}

${commands.map(section).join('\n\n')}
`;
}

/** @param {CommandRow} row */
function section({ words, summary, details, arguments: args, options, examples }) {
  const rows = [
    ...args.map(({ name, summary, required }) => [`\`${required ? `<${name}>` : `[${name}]`}\``, cell(summary)]),
    ...options.map(({ flags, summary }) => [`\`${flags.replaceAll('|', '\\|')}\``, cell(summary)]),
  ];
  return [
    `## otto ${words}`,
    summary,
    ...(details === undefined ? [] : [paragraphs(details)]),
    ...(rows.length === 0 ? [] : [table(['', ''], rows)]),
    `\`\`\`sh\n${examples.join('\n')}\n\`\`\``,
  ].join('\n\n');
}

/** Indented lines are a list in the help. @param {string} details */
function paragraphs(details) {
  return details
    .replace(/^ {2,}(\S+)$/gm, '- `$1`')
    .replaceAll('<', '&lt;')
    .trim();
}

/**
 * @typedef {{ words: string, summary: string, details?: string, examples: readonly string[],
 *   arguments: readonly { name: string, summary: string, required: boolean }[],
 *   options: readonly { flags: string, summary: string }[] }} CommandRow
 */
