import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CLOSE_CODES, MESSAGE_TYPES } from '../../packages/shared-protocol/src/index.ts';
import { isTestFile, manifestsOf, readCheckout } from './checkout.mjs';

const checkout = readCheckout(fileURLToPath(new URL('../..', import.meta.url)));
const protocol = textOf('packages/shared-protocol/PROTOCOL.md');

describe('PROTOCOL.md', () => {
  it('has a heading for each message type, and for none that there is not', () => {
    const frames = /^## Frames$([\s\S]*?)^## /m.exec(protocol)?.[1] ?? '';
    const headings = [...frames.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);

    expect(headings.toSorted()).toEqual([...MESSAGE_TYPES].toSorted());
  });

  it('explains each close code', () => {
    for (const code of Object.values(CLOSE_CODES)) expect(protocol).toContain(`\n| ${code} |`);
  });
});

describe('docs/configuration.md', () => {
  it('names exactly the variables that the sources read', () => {
    const read = [...checkout.files]
      .filter(([path]) => /^(packages|apps)\/[^/]+\/(src|bin)\//.test(path) && !isTestFile(path))
      .flatMap(([, text]) => text.match(/\bOTTO_[A-Z_]+[A-Z]\b/g) ?? []);
    const described = textOf('docs/configuration.md').match(/^\| `OTTO_[A-Z_]+/gm) ?? [];

    expect(described.map((cell) => cell.slice(3)).toSorted()).toEqual([...new Set(read)].toSorted());
  });
});

describe('ARCHITECTURE.md', () => {
  it('names every package with its folder', () => {
    for (const [folder, { name }] of manifestsOf(checkout)) {
      expect(textOf('ARCHITECTURE.md')).toContain(`| \`${folder}\` | \`${name}\` |`);
    }
  });
});

it('every package has a README that begins with its name', () => {
  for (const [folder, { name }] of manifestsOf(checkout)) {
    expect(textOf(`${folder}/README.md`).split('\n')[0], folder).toBe(`# ${name}`);
  }
});

function textOf(path: string): string {
  return checkout.files.get(path) ?? '';
}
