/**
 * Which things of a page a text of Markdown keeps: for each of the page's, in the page's order, whether it is there.
 * What stands in a page twice is to be there twice. A table is kept when all its rows are, each with its cells in their
 * order; `generously`, when its text stands in one table, whatever became of its rows.
 *
 * @param {PageFacts} page
 * @param {import('./markdown-facts.mjs').MarkdownFacts} markdown
 * @param {{ generously: boolean }} options
 * @returns {KeptFacts}
 */
export function keptFacts(page, markdown, { generously }) {
  return {
    headings: taken(page.headings, tally(markdown.headings.map(heading)), (text) => heading(text)),
    tables: keptTables(page.tables, markdown.tables, generously),
    code: keptCode(page.code, markdown.code),
    links: takenPlain(page.links, markdown.links),
    items: taken(page.items, tally(markdown.items.map(letters)), letters),
    images: takenPlain(page.images, markdown.images),
  };
}

/** @param {string} text */
function letters(text) {
  return text.normalize('NFKC').replace(/[^\p{L}\p{N}\p{S}]+/gu, '');
}

/**
 * Without the marks that lead to it.
 * @param {string} text
 */
function heading(text) {
  const plain = text.normalize('NFKC').replace(/\s+/g, ' ');
  return plain.replace(/^[\s#¶§🔗]+|[\s#¶§🔗]+$/gu, '');
}

/**
 * Without blanks, which are put differently around line breaks, and without the marks of lists.
 * @param {string} text
 */
function cellText(text) {
  const plain = text.normalize('NFKC').replace(/^\s*(?:[-*]|\d+\.)\s+/gm, '');
  return plain.replace(/\s+/g, '');
}

/**
 * What escapes and turned lines leave of code.
 * @param {string} text
 */
function bareCode(text) {
  return text.normalize('NFKC').replace(/[\s\\]+/g, '');
}

/** @param {readonly string[]} texts */
function tally(texts) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/**
 * @param {readonly Texts[]} wanted
 * @param {Map<string, number>} had
 * @param {(text: string) => string} plain
 */
function taken(wanted, had, plain) {
  return wanted.map((texts) => {
    const found = texts.map(plain).find((text) => (had.get(text) ?? 0) > 0);
    if (found === undefined) return false;
    had.set(found, (had.get(found) ?? 0) - 1);
    return true;
  });
}

/**
 * @param {readonly string[]} wanted
 * @param {readonly string[]} had
 */
function takenPlain(wanted, had) {
  return taken(
    wanted.map((text) => [text, text]),
    tally(had),
    (text) => text,
  );
}

/**
 * @param {readonly Texts[]} wanted
 * @param {readonly string[]} had
 */
function keptCode(wanted, had) {
  const blocks = had.map(bareCode);
  return wanted.map((texts) => texts.some((code) => blocks.some((block) => block.includes(bareCode(code)))));
}

/**
 * @param {readonly Texts[][][]} wanted
 * @param {readonly string[][][]} had
 * @param {boolean} generously
 */
function keptTables(wanted, had, generously) {
  const left = new Set(had);
  return wanted.map((table) => {
    const match = [...left].find((one) => (generously ? holdsText(one, table) : holdsRows(one, table)));
    return match !== undefined && left.delete(match);
  });
}

/**
 * @param {string[][]} table
 * @param {Texts[][]} rows
 */
function holdsRows(table, rows) {
  const had = tally(table.map((row) => joined(row)));
  const wanted = rows.map(
    (row) => /** @type {Texts} */ ([joined(row.map(([all]) => all)), joined(row.map(([, shown]) => shown))]),
  );
  return taken(wanted, had, (row) => row).every(Boolean);
}

/** @param {readonly string[]} cells */
function joined(cells) {
  return cells
    .map(cellText)
    .filter((cell) => cell !== '')
    .join(' | ');
}

/**
 * @param {string[][]} table
 * @param {Texts[][]} rows
 */
function holdsText(table, rows) {
  const had = table.flat().map(letters).join('');
  return [0, 1].some((kind) =>
    had.includes(rows.flatMap((row) => row.map((texts) => letters(texts[kind] ?? ''))).join('')),
  );
}

/**
 * @typedef {readonly [all: string, shown: string]} Texts
 * @typedef {{ headings: Texts[], tables: Texts[][][], code: Texts[], links: string[], items: Texts[], images: string[],
 *   text: string }} PageFacts what `pageFacts` finds in the page
 * @typedef {Record<'headings' | 'tables' | 'code' | 'links' | 'items' | 'images', boolean[]>} KeptFacts
 */
