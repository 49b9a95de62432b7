import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../packages/relay-host/src/config.ts';
import { CLOSE_CODES, DEFAULT_CONTROLLER_SCOPES, MESSAGE_TYPES } from '../../packages/shared-protocol/src/index.ts';
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

  const rows = [...textOf('docs/configuration.md').matchAll(/^\| `(OTTO_\w+)`\s*\| (.*?)\s*\| (.*?)\s*\|.*\|$/gm)].map(
    ([, name = '', standard = '', range = '']) => ({ name, standard, range }),
  );

  it('finds them in the table, whatever that looks like', () => {
    expect(rows.length).toBeGreaterThan(25);
  });

  it.each(rows.filter(({ standard }) => /^[\w.-]+$/.test(standard) && standard !== 'none'))(
    'tells the default of $name as it is: $standard',
    ({ name, standard }) => {
      expect(configuredBy({ [name]: standard })).toEqual(configuredBy({}));
    },
  );

  it.each(rows.filter(({ range }) => /\d+( to \d+| or more)$/.test(range)))(
    'tells what $name may be as it is: $range',
    ({ name, range }) => {
      const [min = 0, max = Number.MAX_SAFE_INTEGER] = range.match(/\d+/g)?.map(Number) ?? [];

      for (const value of [min, max]) expect(() => configuredBy({ [name]: String(value) })).not.toThrow();
      for (const value of [min - 1, max + 1]) expect(() => configuredBy({ [name]: String(value) })).toThrow(name);
    },
  );

  it('says how long each secret must be', () => {
    for (const { name, range } of rows.filter(({ range }) => range.endsWith('characters or more'))) {
      const length = Number.parseInt(range, 10);
      expect(() => configuredBy({ [name]: 's'.repeat(length - 1) })).toThrow(name);
      expect(() => configuredBy({ [name]: 's'.repeat(length) })).not.toThrow();
    }
  });

  it('lists the default scopes', () => {
    const list = /^## Default scopes$([\s\S]*?)^## /m.exec(textOf('docs/configuration.md'))?.[1] ?? '';

    expect([...list.matchAll(/^- `(.*)`$/gm)].map(([, scope]) => scope)).toEqual(DEFAULT_CONTROLLER_SCOPES);
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

function configuredBy(environment: Record<string, string>): unknown {
  // The bytes of one log file bound those of all: what is told of one must not stumble over the other.
  const isLarge = Number(environment['OTTO_LOG_MAX_FILE_BYTES'] ?? 0) > 2 ** 30;
  const room = isLarge ? { OTTO_LOG_MAX_TOTAL_BYTES: String(Number.MAX_SAFE_INTEGER) } : {};
  return readConfig({ OTTO_TOKEN_SECRET: 's'.repeat(40), ...room, ...environment }, '1.2.3');
}

function textOf(path: string): string {
  return checkout.files.get(path) ?? '';
}
