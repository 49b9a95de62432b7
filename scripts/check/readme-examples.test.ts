import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { readCheckout } from './checkout.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Pages of docs by the package that they are about; what they take for granted stands around their examples. */
const PAGES = [
  { page: 'docs/actions.md', folder: 'packages/controller-sdk', around: amongClientNodeAndTab, countMin: 36 },
  { page: 'docs/listeners.md', folder: 'packages/controller-sdk', around: amongClientNodeAndTab, countMin: 1 },
  { page: 'docs/site-commands.md', folder: 'packages/node-chromium', around: itself, countMin: 1 },
];

it('every example of a README and of the pages of docs compiles against the sources', { timeout: 120_000 }, () => {
  const { files } = readCheckout(root);
  const examples = new Map<string, string>();
  for (const [path, text] of files) {
    if (!path.endsWith('/README.md')) continue;
    for (const [index, code] of typescriptOf(text).entries()) examples.set(`${root}${path}.${index + 1}.ts`, code);
  }
  const countOfReadmes = examples.size;
  for (const { page, folder, around, countMin } of PAGES) {
    const codes = typescriptOf(files.get(page) ?? '');
    const name = page.replace('/', '-');
    for (const [index, code] of codes.entries()) examples.set(`${root}${folder}/${name}.${index + 1}.ts`, around(code));
    expect(codes.length, page).toBeGreaterThanOrEqual(countMin);
  }

  expect(countOfReadmes).toBeGreaterThan(7);
  expect(problemsOf(examples)).toEqual([]);
});

/** Some pages show single calls. */
function amongClientNodeAndTab(code: string): string {
  return `import type { NodeHandle, OttoClient, Tab } from '@telepat/otto-sdk';
    declare const client: OttoClient, node: NodeHandle, tab: Tab, nodeId: string, tabSessionId: string;
    export const example = async () => { ${code} };
    export const used = [client, node, tab, nodeId, tabSessionId];`;
}

function itself(code: string): string {
  return code;
}

function typescriptOf(document: string): string[] {
  return [...document.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
}

/** What the compiler says of files that exist in memory only, each as if it lay in the folder of its README. */
function problemsOf(examples: ReadonlyMap<string, string>): string[] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const host = ts.createCompilerHost({ ...options, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] });
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.readFile = (path) => examples.get(path) ?? readFile(path);
  host.fileExists = (path) => examples.has(path) || fileExists(path);
  host.getSourceFile = (path, ...rest) => {
    const example = examples.get(path);
    return example === undefined
      ? getSourceFile(path, ...rest)
      : ts.createSourceFile(path, example, ts.ScriptTarget.Latest);
  };
  const program = ts.createProgram(
    [...examples.keys()],
    // An example may end with what its reader goes on with.
    { ...options, noUnusedLocals: false, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] },
    host,
  );
  return [...examples.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  });
}
