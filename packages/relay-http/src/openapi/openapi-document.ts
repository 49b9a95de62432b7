import { httpErrorReply } from '@telepat/otto-protocol/http';
import type { Route } from '../route.js';
import { operationOf } from './operation.js';
import { schemaOf } from './schema.js';

const DESCRIPTION = [
  'The HTTP side of an Otto relay. Bodies and answers are JSON; a body that is missing counts as {}, a field of the wrong',
  'type as missing. The WebSocket for controllers and nodes is at the same port: GET /?role=controller or /?role=node with',
  'an upgrade, then the frames of the Otto protocol.',
].join(' ');

/** Who calls is said by a bearer, whatever its kind. */
const SECURITY_SCHEMES = {
  nodeToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token of a node.' },
  controllerToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The access token of a controller. The names listed are scopes that it must hold.',
  },
  operatorToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token that the relay keeps in its folder for the person who owns it; new at each start.',
  },
} as const;

/**
 * The OpenAPI 3.1 description of a table of routes: made from the rows and from the schemas that check what comes in, so
 * that it cannot say anything else than the relay does.
 */
export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    paths[route.url] = { ...paths[route.url], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Otto relay', version, description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/', description: 'The relay that gave this document.' }],
    security: [],
    paths,
    components: { securitySchemes: SECURITY_SCHEMES, schemas: { Error: schemaOf(httpErrorReply) } },
  };
}

/** A document of OpenAPI 3.1, as plain JSON. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: Record<string, unknown>;
  readonly servers: readonly object[];
  readonly security: readonly object[];
  readonly paths: Record<string, Record<string, object>>;
  readonly components: object;
}
