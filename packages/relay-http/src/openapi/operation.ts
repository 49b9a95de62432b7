import { errorRow, type ErrorCode } from '@telepat/otto-protocol';
import type { Needs } from '../authenticate.js';
import { errorsOf } from '../route-errors.js';
import type { Route } from '../route.js';
import { schemaOf } from './schema.js';

const MEDIA_TYPE = 'application/json';

/** One route as an operation of OpenAPI. */
export function operationOf(route: Route): object {
  const { url, method, summary, details, needs, scope, body } = route;
  const parameters = [...queryParameters(route), ...headerParameters(route)];
  return {
    operationId: `${method.toLowerCase()}${url.replace(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    tags: [tagOf(url)],
    summary,
    ...(details === undefined ? {} : { description: details }),
    security: securityOf(needs, scope),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { content: { [MEDIA_TYPE]: { schema: schemaOf(body) } } } }),
    responses: responsesOf(route),
  };
}

/** Any one of these will do; an empty one is nobody in particular, and no list means that nobody is asked. */
function securityOf(needs: Needs, scope: string | undefined): object[] {
  const controller = { controllerToken: scope === undefined ? [] : [scope] };
  const operator = { operatorToken: [] };
  switch (needs) {
    case 'anyone':
      return [{}];
    case 'node':
      return [{ nodeToken: [] }];
    case 'controller':
      return [controller, operator];
    case 'node or controller':
      return [{ nodeToken: [] }, controller, operator];
    case 'operator':
      return [operator];
  }
}

function queryParameters({ query }: Route): object[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(query);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function headerParameters({ headers = [] }: Route): object[] {
  return headers.map(({ name, summary }) => ({
    name,
    in: 'header',
    required: false,
    description: summary,
    schema: { type: 'string' },
  }));
}

function responsesOf(route: Route): Record<string, object> {
  const { summary, otherStatus, contentType = MEDIA_TYPE } = route;
  const good = { description: summary, content: { [contentType]: { schema: schemaOf(route.reply) } } };
  const responses: Record<string, object> = { 200: good };
  if (otherStatus !== undefined) responses[otherStatus] = good;
  for (const [status, codes] of byStatus(errorsOf(route))) responses[status] = failure(codes);
  return responses;
}

/** The codes are in the schema as well as in the text, so that programs can tell them apart. */
function failure(codes: readonly ErrorCode[]): object {
  const description = codes.map((code) => `${code}: ${errorRow(code).message}`).join(' ');
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Error' }, { type: 'object', properties: { code: { enum: codes } } }],
  };
  return { description, content: { [MEDIA_TYPE]: { schema } } };
}

function byStatus(codes: readonly ErrorCode[]): Map<number, ErrorCode[]> {
  const groups = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { status } = errorRow(code);
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return groups;
}

/** What comes after `/api/`. */
function tagOf(url: string): string {
  return /^\/api\/([^/]+)/.exec(url)?.[1] ?? 'relay';
}
