import ts from 'typescript';

/**
 * What the comment of a declaration says.
 * @param {ts.Node} node
 * @returns {Doc}
 */
export function docOf(node) {
  const parts = ts.getJSDocCommentsAndTags(node);
  const comment = parts.filter(ts.isJSDoc).at(-1);
  const tags = ts.getJSDocTags(node);
  return {
    text: plain(comment?.comment),
    throws: tags.filter(ts.isJSDocThrowsTag).map((tag) => plain(tag.comment).replaceAll('\n', ' ')),
    examples: tags.filter((tag) => tag.tagName.text === 'example').map((tag) => plain(tag.comment)),
  };
}

/** @param {Parameters<typeof ts.getTextOfJSDocComment>[0]} comment */
function plain(comment) {
  return (ts.getTextOfJSDocComment(comment) ?? '').replace(/\{@link (\w+)\}/g, '`$1`').trim();
}

/** @typedef {{ text: string, throws: string[], examples: string[] }} Doc */
