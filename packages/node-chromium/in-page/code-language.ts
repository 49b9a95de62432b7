import { attributeOf, childNodesOf, isElement, nameOf, parentOf } from './dom.js';

/** The language of a block of code, as highlighters and authors name it on the block or around it. */
export function codeLanguage(block: Element): string | undefined {
  for (const place of placesOf(block)) {
    const named = attributeOf(place, 'data-lang') ?? attributeOf(place, 'data-language');
    const words = attributeOf(place, 'class') ?? '';
    const language = named ?? CLASSES.map((pattern) => pattern.exec(words)?.[1]).find((found) => found !== undefined);
    if (language === undefined || !/^[\w+#.-]{1,30}$/.test(language)) continue;
    return NO_LANGUAGE.test(language) ? undefined : language.toLowerCase();
  }
  return undefined;
}

const CLASSES = [
  /(?:^|\s)(?:language|lang|highlight-source|highlight-text|code-lang)-([\w+#.-]+)/,
  // Sphinx; GitHub and others have the bare word, and Shiki names its colours this way.
  /(?:^|\s)highlight-(?!source|text|theme)([\w+#.-]+)(?=\s|$)/,
  /(?:^|\s)brush:\s*([\w+#.-]+)/,
  /(?:^|\s)(?:hljs|sourceCode|prettyprint|src)\s+(?:language-)?(?!hljs|sourceCode|prettyprint|linenums|numberSource)([\w+#.-]+)/,
  /(?:^|\s)([\w+#.-]+)\s+hljs(?=\s|$)/,
];

const NO_LANGUAGE = /^(?:none|plain|plaintext|text|default|nohighlight|no-highlight|undefined|auto)$/i;

/** The code in the block, the block, and up to three elements around it. */
function placesOf(block: Element): Element[] {
  const code = [...childNodesOf(block)].filter(isElement).find((child) => nameOf(child) === 'code');
  const places = code === undefined ? [block] : [code, block];
  let parent = parentOf(block);
  for (let steps = 0; parent !== null && steps < 3; steps++) {
    places.push(parent);
    parent = parentOf(parent);
  }
  return places;
}
