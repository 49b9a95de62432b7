import { fieldTable } from './field-table.mjs';
import { cell, table } from './markdown.mjs';

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
 * @param {PageTools} tools
 */
export function routePage(routes, tools) {
  return `# HTTP API

Made from the table of routes in \`packages/relay-http/src/routes\` by \`npm run pages\`; edit that, not this page.

The routes have the port of the WebSocket. Bodies and answers are JSON; a body that is missing counts as \`{}\`, a field of the
wrong type as missing. A bearer token in the \`Authorization\` header says who calls: the access token of a node or
a controller, or the operator token, which the relay keeps in its folder for the person who owns it.

A failure is \`{ "error": "<code>", "code": "<code>", "message": "<sentence>", "hint": "<sentence>" }\`, both codes the same, with
the status that stands beside the code; [error-codes.md](error-codes.md) explains them. What a route can answer is listed
in full. An unknown path is \`not_found\`, 404. A connection may have eight requests waiting for their turn, and fewer when many wait;
one that sends more without waiting for answers is cut off. The relay itself gives all of this as OpenAPI 3.1: \`GET /openapi.json\`.

${routes.map((route) => section(route, tools)).join('\n\n')}
`;
}

/**
 * @param {Route} route
 * @param {PageTools} tools
 */
function section(route, { errorsOf, statusOf, schemaFields }) {
  const { method, url, needs, scope, summary, details, headers = [], body, query, reply, otherStatus } = route;
  const scopeText = scope === undefined ? '' : `; a controller needs scope \`${scope}\``;
  const parts = [`## ${method} ${url}`, cell(summary), `For ${CALLERS[needs]}${scopeText}.`];
  if (details !== undefined) parts.push(cell(details));
  if (headers.length > 0)
    parts.push(
      table(
        ['header', 'what it is'],
        headers.map(({ name, summary: what }) => [`\`${name}\``, cell(what)]),
      ),
    );
  if (body !== undefined) parts.push(fieldTable('body', schemaFields(body, 'input')));
  if (query !== undefined) parts.push(fieldTable('query', schemaFields(query, 'input')));
  parts.push(fieldTable('answer', schemaFields(reply, 'output')));
  if (otherStatus !== undefined) parts.push(`The same answer may come with status ${otherStatus}.`);
  parts.push(
    `Errors: ${errorsOf(route)
      .map((code) => `\`${code}\` ${statusOf(code)}`)
      .join(', ')}.`,
  );
  return parts.join('\n\n');
}

/**
 * @typedef {import('./action-page.mjs').SchemaFields} SchemaFields
 * @typedef {Parameters<SchemaFields>[0]} Schema
 * @typedef {{ method: string, url: string, needs: keyof typeof CALLERS, scope?: string, summary: string, details?: string,
 *   headers?: readonly { name: string, summary: string }[], body?: Schema, query?: Schema, reply: Schema,
 *   otherStatus?: number }} Route
 * @typedef {{ errorsOf(route: Route): readonly string[], statusOf(code: string): number, schemaFields: SchemaFields }}
 *   PageTools with what each route can answer, and under which status
 */
