import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { readCheckout } from './checkout.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('every example of a README compiles against the sources', { timeout: 60_000 }, () => {
  const examples = new Map<string, string>();
  for (const [path, text] of readCheckout(root).files) {
    if (!path.endsWith('/README.md')) continue;
    for (const [index, [, code = '']] of [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].entries()) {
      examples.set(`${root}${path}.${index + 1}.ts`, code);
    }
  }

  expect(examples.size).toBeGreaterThan(7);
  expect(problemsOf(examples)).toEqual([]);
});

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
    { ...options, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] },
    host,
  );
  return [...examples.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  });
}
