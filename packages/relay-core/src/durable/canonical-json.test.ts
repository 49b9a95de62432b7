import { isObject } from '@telepat/otto-protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';

/** What a frame can hold: JSON made of few names and few values, so that equal ones meet often. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(null, true, false, 0, 1, -1, 1.5, 1e21, '', '1', 'a', 'b', 'null', '"', '{}', 'é'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '', '1', '10', '2', '__proto__', 'toJSON', '"'), tie('value'), {
      maxKeys: 4,
      noNullPrototype: false,
    }),
  ),
}));

it('gives equal values one text, in whatever order their keys stand at every depth', () => {
  fc.assert(
    fc.property(value, fc.infiniteStream(fc.nat()), (one, dice) => {
      expect(canonicalJson(shuffled(one, dice))).toBe(canonicalJson(one));
    }),
  );
});

it('gives different values different texts', () => {
  fc.assert(
    fc.property(value, value, (one, other) => {
      expect(canonicalJson(one) === canonicalJson(other)).toBe(isSame(plain(one), plain(other)));
    }),
    { numRuns: 1_000 },
  );
});

it('loses nothing: its text is JSON of the same value', () => {
  fc.assert(
    fc.property(value, (one) => {
      expect(isSame(JSON.parse(canonicalJson(one)), plain(one))).toBe(true);
    }),
  );
});

it('takes a key without a value for one that is not there, as JSON does', () => {
  expect(canonicalJson({ a: 1, b: undefined })).toBe(canonicalJson({ a: 1 }));
});

/** Whether two values of the wire are one and the same, however their keys are ordered. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [fields, others] = [new Map<string, unknown>(Object.entries(one)), Object.entries(other)];
  return (
    fields.size === others.length && others.every(([key, each]) => fields.has(key) && isSame(fields.get(key), each))
  );
}

/** The same value as it comes off the wire. */
function plain(one: unknown): unknown {
  return JSON.parse(JSON.stringify(one));
}

/** The same value with the keys of its objects in another order, by way of a text, because objects sort numbers. */
function shuffled(one: unknown, dice: Iterator<number>): unknown {
  return JSON.parse(shuffledText(one, dice));
}

function shuffledText(one: unknown, dice: Iterator<number>): string {
  if (Array.isArray(one)) return `[${one.map((each) => shuffledText(each, dice)).join()}]`;
  if (!isObject(one)) return JSON.stringify(one);
  const fields = Object.entries(one).map(([key, each]) => `${JSON.stringify(key)}:${shuffledText(each, dice)}`);
  const rolled = fields.map((field) => ({ field, roll: Number(dice.next().value) }));
  return `{${rolled
    .sort((a, b) => a.roll - b.roll)
    .map(({ field }) => field)
    .join()}}`;
}
