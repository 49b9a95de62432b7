import { cell, table } from './markdown.mjs';

/**
 * The page that leads from an error code to what helps.
 * @param {Record<string, { canRetry: boolean, message: string, hint: string }>} errors the catalogue
 * @param {readonly import('./troubles.mjs').Trouble[]} troubles
 * @throws {Error} when a code of the catalogue belongs to no trouble or to several, or a trouble names one that there is not
 */
export function troublePage(errors, troubles) {
  const places = placesOf(Object.keys(errors), troubles);
  return `# Troubleshooting

Made from the catalogue of errors and \`scripts/pages/troubles.mjs\` by \`npm run pages\`; edit those, not this page.

Every error has a code, a message and a next step, wherever it shows: on the terminal, in JSON, in a frame, in the SDK's
\`OttoError\`. Find the code in this page. If there is none, go through this list:

1. Does everything run? \`otto doctor\`, then \`otto status\`.
2. Is the controller let in? \`otto client status\`.
3. Do its scopes cover the action? \`otto client scopes clt_…\`
4. Is the node there, and has its owner granted access? \`otto node list\`
5. Does the command wait for others? \`otto status\` shows queues and locks.
6. Is the controller too fast? \`otto logs list --level warn\` shows \`rate_limited\`.
7. What became of the command? \`otto explain req_…\` tells its life in plain words.

${troubles.map((trouble) => section(trouble, places.get(trouble) ?? [], errors)).join('\n\n')}

[All codes in one table](error-codes.md), with their categories and HTTP statuses.
`;
}

/**
 * @param {import('./troubles.mjs').Trouble} trouble
 * @param {readonly string[]} codes
 * @param {Record<string, { canRetry: boolean, message: string, hint: string }>} errors
 */
function section({ title, look, text }, codes, errors) {
  const rows = codes.map((code) => {
    const { message = '', hint = '' } = errors[code] ?? {};
    return [`<a id="${code}"></a>\`${code}\``, cell(message), cell(hint)];
  });
  return `## ${title}

${text}

\`\`\`sh
${look.join('\n')}
\`\`\`

${table(['code', 'what happened', 'what to do'], rows)}`;
}

/**
 * @param {readonly string[]} all
 * @param {readonly import('./troubles.mjs').Trouble[]} troubles
 */
function placesOf(all, troubles) {
  const named = new Set(troubles.flatMap(({ codes }) => codes.filter((code) => !code.endsWith('*'))));
  const unknown = [...named].filter((code) => !all.includes(code));
  if (unknown.length > 0) throw new Error(`The catalogue does not know ${unknown.join(', ')}.`);
  /** @type {Map<import('./troubles.mjs').Trouble, string[]>} */
  const places = new Map(troubles.map((trouble) => [trouble, []]));
  for (const code of all) {
    const homes = troubles.filter(({ codes }) =>
      named.has(code)
        ? codes.includes(code)
        : codes.some((name) => name.endsWith('*') && code.startsWith(name.slice(0, -1))),
    );
    const [home] = homes;
    if (home === undefined || homes.length > 1)
      throw new Error(`${code} belongs to ${homes.length} troubles; it must be one.`);
    places.get(home)?.push(code);
  }
  return places;
}
