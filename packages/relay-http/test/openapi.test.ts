import { Validator } from '@seriousme/openapi-schema-validator';
import { isErrorCode } from '@telepat/otto-protocol';
import { describe, expect, it } from 'vitest';
import { ROUTES, errorsOf } from '../src/index.js';
import { openDoors } from './doors.js';

/** The parts of the document that are looked at here. */
interface Operation {
  readonly security: readonly Record<string, readonly string[]>[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: { required?: readonly string[] } }> };
  readonly responses: Record<string, { readonly description: string; readonly content: object }>;
}

async function served() {
  const doors = await openDoors();
  const { status, body, headers } = await doors.get('/openapi.json');
  const paths = body?.['paths'] as Record<string, Record<string, Operation>>;
  const operation = (method: string, url: string): Operation => {
    const found = paths[url]?.[method];
    if (found === undefined) throw new Error(`${method} ${url} is not described`);
    return found;
  };
  return { status, headers, body, paths, operation };
}

describe('GET /openapi.json', () => {
  it('is a valid OpenAPI 3.1 document, for anyone', async () => {
    const { status, headers, body } = await served();

    expect(status).toBe(200);
    expect(headers['content-type']).toContain('application/json');
    expect(await new Validator().validate(body ?? {})).toMatchObject({ valid: true });
    expect(body).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });
  });

  it('describes every route, and no other, with every code that it answers, under its status', async () => {
    const { paths, operation } = await served();

    const described = Object.entries(paths).flatMap(([url, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${url}`),
    );
    expect(described.sort()).toEqual(ROUTES.map(({ method, url }) => `${method} ${url}`).sort());
    for (const route of ROUTES) {
      const text = JSON.stringify(operation(route.method.toLowerCase(), route.url).responses);
      for (const code of errorsOf(route)) {
        expect(isErrorCode(code)).toBe(true);
        expect(text).toContain(`"${code}"`);
      }
    }
  });

  it('says who may call, and with which scope', async () => {
    const { operation } = await served();

    expect(operation('get', '/healthz').security).toEqual([{}]);
    expect(operation('get', '/api/controller/access').security).toEqual([{ nodeToken: [] }]);
    expect(operation('get', '/api/status').security).toEqual([{ operatorToken: [] }]);
    expect(operation('get', '/api/logs').security).toEqual([{ controllerToken: ['logs.read'] }, { operatorToken: [] }]);
    expect(operation('post', '/api/pairing/approve').security).toHaveLength(3);
  });

  it('names the headers and the query of a route, and what its body must have', async () => {
    const { operation } = await served();
    const names = (method: string, url: string) =>
      operation(method, url).parameters?.map((parameter) => `${parameter.in} ${parameter.name} ${parameter.required}`);

    expect(names('post', '/api/controller/register')).toEqual(['header x-otto-registration-secret false']);
    expect(names('post', '/api/auth/refresh')).toEqual(['header idempotency-key false']);
    expect(names('get', '/api/pairing/status')).toEqual(['query challengeId true']);
    const body = operation('post', '/api/controller/register').requestBody?.content['application/json']?.schema;
    expect(body?.required).toEqual(['name', 'description']);
    expect(Object.keys(operation('post', '/api/controller/register').responses).sort()).toEqual([
      '200',
      '400',
      '403',
      '409',
      '413',
      '415',
      '429',
      '500',
      '503',
    ]);
    expect(Object.keys(operation('get', '/readyz').responses)).toContain('503');
  });
});
