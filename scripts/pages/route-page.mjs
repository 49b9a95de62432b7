import { schemaFields } from './action-page.mjs';
import { cell } from './markdown.mjs';

const CALLERS = {
  anyone: 'anyone who reaches the port',
  node: 'a node',
  controller: 'a controller, or the operator',
  'node or controller': 'a node, a controller, or the operator',
  operator: 'the operator',
};

/**
 * The page of all HTTP routes, in the order of their table.
 * @param {readonly Route[]} routes
 */
export function routePage(routes) {
  return `# HTTP API

Made from the table of routes in \`packages/relay-http/src/routes\` by \`npm run pages\`; edit that, not this page.

The routes have the port of the WebSocket. Bodies and answers are JSON; a body that is missing counts as \`{}\`, a field of the
wrong type as missing. A bearer token in the \`Authorization\` header says who calls: the access token of a node or
a controller, or the operator token, which the relay keeps in its folder for the person who owns it.

A failure is \`{ "error": "<code>", "code": "<code>", "message": "<sentence>" }\`, both codes the same, with the status that
[error-codes.md](error-codes.md) gives. Beside its own codes every route can answer \`invalid_json\`, \`body_too_large\` (over 64 KiB),
\`unsupported_media_type\`, \`forbidden_host\`, \`forbidden_origin\`, \`internal_error\`; one that is not for anyone
\`missing_access_token\`, \`invalid_access_token\`, \`forbidden_role\`, \`forbidden_scope\`. An unknown path is \`not_found\`.

${routes.map(section).join('\n\n')}
`;
}

/** @param {Route} route */
function section({ method, url, needs, scope, summary, body, query, reply }) {
  const scopeText = scope === undefined ? '' : `; a controller needs scope \`${scope}\``;
  const parts = [`## ${method} ${url}`, cell(summary), `For ${CALLERS[needs]}${scopeText}.`];
  if (body !== undefined) parts.push(schemaFields('Body', body.toJSONSchema({ io: 'input', unrepresentable: 'any' })));
  if (query !== undefined)
    parts.push(schemaFields('Query', query.toJSONSchema({ io: 'input', unrepresentable: 'any' })));
  parts.push(schemaFields('Answer', reply.toJSONSchema()));
  return parts.join('\n\n');
}

/**
 * @typedef {import('./action-page.mjs').Schema} Schema
 * @typedef {{ method: string, url: string, needs: keyof typeof CALLERS, scope?: string, summary: string, body?: Schema,
 *   query?: Schema, reply: Schema }} Route
 */
