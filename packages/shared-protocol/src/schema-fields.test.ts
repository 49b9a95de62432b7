import * as z from 'zod';
import { expect, it } from 'vitest';
import { ACTIONS, schemaFields } from './index.js';

it('a field is told with its type, bounds, default, words, and whether it must be given', () => {
  const schema = z.strictObject({
    url: z.string().max(100).describe('Where.'),
    count: z.number().int().min(1).max(3).default(2),
    since: z.number().min(0).optional(),
    button: z.enum(['left', 'right']).optional(),
    arg: z.unknown().optional(),
    anyNumber: z.number().int(),
    flag: z.literal(true),
    __controllerClientId: z.string().optional(),
  });

  const plain = { isRequired: false, isList: false, bounds: [] };
  expect(schemaFields(schema, 'input')).toEqual([
    {
      ...plain,
      name: 'url',
      isRequired: true,
      type: 'string',
      bounds: ['at most 100 characters'],
      description: 'Where.',
    },
    { ...plain, name: 'count', type: 'integer', bounds: ['1 to 3'], default: 2 },
    { ...plain, name: 'since', type: 'number', bounds: ['0 or more'] },
    { ...plain, name: 'button', type: 'string', values: ['left', 'right'] },
    { ...plain, name: 'arg', type: 'any JSON' },
    { ...plain, name: 'anyNumber', isRequired: true, type: 'integer' },
    { ...plain, name: 'flag', isRequired: true, type: 'true' },
  ]);
});

it('a list is told as what it is a list of, with the fields of that', () => {
  const files = schemaFields(ACTIONS['primitive.input.upload'].input, 'input')?.find(({ name }) => name === 'files');
  const modifiers = schemaFields(ACTIONS['primitive.input.click'].input, 'input')?.find(
    ({ name }) => name === 'modifiers',
  );

  expect(files).toMatchObject({ isList: true, type: 'object', bounds: ['at most 20'], isRequired: true });
  expect(files?.fields?.map(({ name, bounds }) => [name, ...bounds])).toEqual([
    ['name', 'at most 255 characters'],
    ['mimeType', 'at most 255 characters'],
    ['contentBase64'],
  ]);
  const values = schemaFields(ACTIONS['primitive.input.select'].input, 'input')?.find(({ name }) => name === 'values');
  expect(values).toMatchObject({ bounds: ['at most 1000', 'each at most 10000 characters'] });
  expect(modifiers).toMatchObject({ isList: true, values: ['Alt', 'Control', 'ControlOrMeta', 'Meta', 'Shift'] });
});

it('what may be anything has no fields', () => {
  expect(schemaFields(ACTIONS['command.run'].output, 'output')).toBeUndefined();
});
