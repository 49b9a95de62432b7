import ts from 'typescript';
import { docOf } from './doc-comment.mjs';
import { cell, table } from './markdown.mjs';

/**
 * The reference of the SDK, from its sources: every public name with its declaration and its words.
 * @param {readonly import('./public-names.mjs').PublicName[]} names
 */
export function sdkPage(names) {
  const contents = names.map(({ name, declaration }, index) => {
    const anchor = name.toLowerCase();
    const sameBefore = names.slice(0, index).filter((one) => one.name.toLowerCase() === anchor).length;
    const link = `[\`${name}\`](#${anchor}${sameBefore === 0 ? '' : `-${sameBefore}`})`;
    return `- ${link}: ${firstSentence(declaration)}`;
  });
  return `# The SDK

Made from the sources of \`packages/controller-sdk\` and their comments by \`npm run pages\`; edit those, not this page.

What \`@telepat/otto-sdk\` exports. Its [README](../packages/controller-sdk/README.md) is where to begin; what the actions
answer is on [the page of actions](actions.md), which \`ActionOutput<'primitive.tab.open'>\` and its like refer to.

${contents.join('\n')}

${names.map(section).join('\n\n')}
`;
}

/** @param {import('./public-names.mjs').PublicName} row */
function section({ name, declaration }) {
  return [`## ${name}`, ...prose(docOf(declaration)), ...bodyOf(declaration)].join('\n\n');
}

/** @param {ts.Statement} declaration */
function bodyOf(declaration) {
  if (ts.isClassDeclaration(declaration)) return membersOf(declaration);
  if (!ts.isInterfaceDeclaration(declaration)) return [code(textOf(declaration))];
  const bases = (declaration.heritageClauses ?? []).flatMap(({ types }) => types.map((type) => type.getText()));
  const isRecord = declaration.members.every(ts.isPropertySignature);
  return [
    ...(bases.length === 0 ? [] : [`It has all of ${bases.map((base) => `\`${base}\``).join(', ')} as well.`]),
    ...(isRecord ? [fieldsOf(declaration)] : membersOf(declaration)),
  ];
}

/** @param {ts.InterfaceDeclaration} declaration */
function fieldsOf({ members }) {
  const rows = members
    .filter(ts.isPropertySignature)
    .map((member) => [
      `\`${member.name.getText()}${member.questionToken === undefined ? '' : '?'}\``,
      cell(`\`${oneLine(member.type?.getText() ?? 'unknown').replace(/ \| undefined$/, '')}\``),
      cell(docOf(member).text.replaceAll('\n', ' ')),
    ]);
  return table(['field', 'type', 'what it is'], rows);
}

/**
 * @param {ts.ClassDeclaration | ts.InterfaceDeclaration} declaration
 * @returns {string[]}
 */
function membersOf({ name, members }) {
  const shown = members.filter((member) => !isHidden(member));
  return shown.flatMap((member) => memberSection(`${name?.text}`, member));
}

/**
 * @param {string} owner
 * @param {ts.ClassElement | ts.TypeElement} member
 * @returns {string[]}
 */
function memberSection(owner, member) {
  const title = `${owner}.${member.name?.getText() ?? 'constructor'}`;
  const initializer = ts.isPropertyDeclaration(member) ? member.initializer : undefined;
  if (initializer !== undefined && ts.isObjectLiteralExpression(initializer)) {
    return initializer.properties.flatMap((property) => entry(`${title}.${property.name?.getText()}`, property));
  }
  return entry(title, member);
}

/**
 * @param {string} title
 * @param {ts.Node} node
 */
function entry(title, node) {
  return [`### ${title}`, code(textOf(node)), ...prose(docOf(node))];
}

/**
 * @param {import('./doc-comment.mjs').Doc} doc
 * @returns {string[]}
 */
function prose({ text, throws, examples }) {
  return [
    ...(text === '' ? [] : [text]),
    ...throws.map((what) => `Throws ${what.replace(/\.$/, '')}.`),
    ...examples.map((example) => code(example)),
  ];
}

/**
 * What a name is, in a sentence; empty when nobody wrote one.
 * @param {ts.Statement} declaration
 */
export function firstSentence(declaration) {
  const [sentence = ''] = /^[^]*?\.(?=\s|$)/.exec(docOf(declaration).text) ?? [];
  return sentence.replaceAll('\n', ' ');
}

/** @param {ts.ClassElement | ts.TypeElement} member */
function isHidden(member) {
  const flags = ts.isClassElement(member) ? ts.getCombinedModifierFlags(member) : ts.ModifierFlags.None;
  return (flags & ts.ModifierFlags.Private) !== 0 || (member.name !== undefined && ts.isPrivateIdentifier(member.name));
}

/**
 * A declaration as its reader needs it: without what it does.
 * @param {ts.Node} node
 */
function textOf(node) {
  const all = node.getSourceFile().text;
  const start = node.getStart();
  const indent = start - (all.lastIndexOf('\n', start) + 1);
  const text = all.slice(start, endOfSignature(node)).trim();
  const signature = text
    .replace(/^export /, '')
    .replace(/^(static )?async /, '$1')
    .replace(/^(\w+): async /, '$1: ')
    .replace(/ = new (\w+)\([^]*$/, ': $1');
  return signature.replaceAll(`\n${' '.repeat(indent)}`, '\n').replace(/[,;]?$/, ';');
}

/** @param {ts.Node} node */
function endOfSignature(node) {
  if ('body' in node && node.body !== undefined) return /** @type {ts.Node} */ (node.body).getStart();
  const value = ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node) ? node.initializer : undefined;
  if (value === undefined) return node.end;
  return ts.isArrowFunction(value) ? value.equalsGreaterThanToken.getStart() : value.end;
}

/** @param {string} text */
function oneLine(text) {
  return text.replace(/\s+/g, ' ').replace(/^\| /, '');
}

/** @param {string} text */
function code(text) {
  return `\`\`\`ts\n${text}\n\`\`\``;
}
