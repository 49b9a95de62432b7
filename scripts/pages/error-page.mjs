import { cell, table } from './markdown.mjs';

/**
 * The page of all error codes, in the order of the catalogue.
 * @param {Record<string, ErrorRow>} errors
 */
export function errorPage(errors) {
  const rows = Object.entries(errors).map(([code, { category, status, canRetry, message, hint }]) => [
    `<a id="${code}"></a>\`${code}\``,
    category,
    String(status),
    canRetry ? '↻' : '',
    cell(message),
    cell(hint),
  ]);
  return `# Error codes

Made from the catalogue in \`packages/shared-protocol/src/errors.ts\` by \`npm run pages\`; edit that, not this page.

Every error that Otto makes has one of these codes, over the WebSocket, over HTTP and on the command line. Nodes and site
commands may have codes of their own beside them; the relay passes those on as they are.

The status is that of the HTTP answer, where the error leaves over HTTP. ↻ marks codes after which the same request may
succeed later. A frame says \`retryable: true\` only where that is also safe: see "Effects and retries" in
[PROTOCOL.md](../packages/shared-protocol/PROTOCOL.md).

${table(['code', 'category', 'status', '↻', 'what happened', 'what to do'], rows)}
`;
}

/** @typedef {{ category: string, status: number, canRetry: boolean, message: string, hint: string }} ErrorRow */
