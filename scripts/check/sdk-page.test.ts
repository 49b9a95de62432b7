import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { publicNames } from '../pages/public-names.mjs';
import { firstSentence } from '../pages/sdk-page.mjs';

const indexOf = (name: string) => fileURLToPath(new URL(`../../packages/${name}/src/index.ts`, import.meta.url));
const names = publicNames(indexOf('controller-sdk'), { '@telepat/otto-protocol': indexOf('shared-protocol') });

describe('the public names of the SDK', () => {
  it('are found wherever they are declared', () => {
    const found = names.map(({ name }) => name);

    expect(found).toEqual(expect.arrayContaining(['OttoClient', 'Tab', 'TabActions', 'OttoError', 'ActionInput']));
    expect(new Set(found).size).toBe(found.length);
  });

  it.each(names)('$name says in a sentence what it is', ({ declaration }) => {
    expect(firstSentence(declaration)).toMatch(/^[A-Z`][^]*\.$/);
  });
});
