/** What must not stand in a file, and what to do instead. Each row is one pattern, in the files that `where` names. */
const BANNED = [
  { pattern: /\b(FIXME|TODO|XXX)\b/, where: /./, why: 'finish it, or say why not in docs/decisions' },
  { pattern: /\.\.\/shared(?![-\w])/, where: /./, why: 'the project stands alone' },
  { pattern: /\b(the|this) issue\b|\bspec \d/i, where: /\.(ts|mjs|md)$/, why: 'refer to our own documents' },
  { pattern: /(^|[\s'"`(=:])\/(work|root)\//, where: /./, why: 'no path of one machine' },
  {
    pattern: /registry\.(npmjs|yarnpkg)\.|npm\.pkg\.|^\s*registry\s*=|tarball:/,
    where: /./,
    why: 'no registry is named',
  },
  { pattern: /@ts-(ignore|nocheck)/, where: /\.(ts|mjs|js)$/, why: 'make the types right' },
  { pattern: /(es|ox)lint-disable(?!.* -- \S)/, where: /\.(ts|mjs|js)$/, why: 'a disable gives its reason after --' },
  { pattern: /\b(it|test|describe)\.only\(/, where: /\.test\.ts$/, why: 'all tests run' },
];

const BANNED_FILE_NAME = /(^|[/.-])(utils?|helpers?|common|manager|misc)([/.-]|$)/;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** These rules name what they forbid. */
const EXEMPT = /^scripts\/check\/tidy(\.test)?\.(mjs|ts)$/;

/**
 * What the formatter and the linter do not see: banned words, names of files, links and titles of documents.
 * @param {import('./checkout.mjs').Checkout} checkout
 * @returns {string[]}
 */
export function tidyProblems({ files }) {
  /** @type {string[]} */
  const problems = [];
  const documents = [...files].filter(([path]) => path.endsWith('.md'));
  const anchors = new Map(documents.map(([path, text]) => [path, anchorsOf(text)]));
  for (const [path, text] of files) {
    if (!EXEMPT.test(path)) problems.push(...bannedIn(path, text));
    if (/\.(ts|mjs)$/.test(path)) problems.push(...nameProblems(path));
    if (path.endsWith('.md')) problems.push(...documentProblems(path, text, files, anchors));
  }
  return problems;
}

/**
 * @param {string} path
 * @param {string} text
 */
function bannedIn(path, text) {
  const rules = BANNED.filter(({ where }) => where.test(path));
  return text
    .split('\n')
    .flatMap((line, index) =>
      rules
        .filter(({ pattern }) => pattern.test(line))
        .map(({ why }) => `${path}:${index + 1}: ${line.trim().slice(0, 80)}\n    ${why}`),
    );
}

/** @param {string} path */
function nameProblems(path) {
  const name = (path.split('/').at(-1) ?? '').split('.')[0] ?? '';
  if (!KEBAB_CASE.test(name)) return [`${path}: file names are kebab-case`];
  return BANNED_FILE_NAME.test(path) ? [`${path}: name a file by what it holds`] : [];
}

/**
 * @param {string} path
 * @param {string} text
 * @param {ReadonlyMap<string, string>} files
 * @param {ReadonlyMap<string, ReadonlySet<string>>} anchors of each document
 */
function documentProblems(path, text, files, anchors) {
  const prose = proseOf(text);
  const titles = prose.split('\n').filter((line) => line.startsWith('# '));
  const problems = titles.length === 1 ? [] : [`${path}: has ${titles.length} titles; a document has one`];
  for (const [, target = '', anchor] of prose.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const resolved = new URL(target, `file:///${path}`).pathname.slice(1).replace(/\/$/, '');
    const exists = files.has(resolved) || [...files.keys()].some((file) => file.startsWith(`${resolved}/`));
    if (!exists && resolved !== 'LICENSE') problems.push(`${path}: links to ${target}, which does not exist`);
    if (anchor !== undefined && anchors.get(resolved)?.has(anchor) === false)
      problems.push(`${path}: links to ${target}#${anchor}, and there is no such place`);
  }
  return problems;
}

/** @param {string} text without the code in its fences */
function proseOf(text) {
  return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
}

/**
 * The places of a document that a link may name: its headings, as GitHub names them, and what has an id.
 * @param {string} text
 */
function anchorsOf(text) {
  const prose = proseOf(text);
  /** @type {Set<string>} */
  const anchors = new Set();
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} (.*)$/gm)) {
    const slug = slugOf(heading);
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  for (const [, id = ''] of prose.matchAll(/<a id="([^"]+)">/g)) anchors.add(id);
  return anchors;
}

/** @param {string} heading */
function slugOf(heading) {
  const said = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim();
  return said
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}
