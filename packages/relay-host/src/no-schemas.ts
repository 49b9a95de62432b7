import type { FastifyServerOptions } from 'fastify';

/**
 * No compilers for Fastify's own schemas. The routes of a relay check what they get with the schemas of the protocol;
 * loading those compilers would take half of a relay's start.
 */
export const NO_SCHEMAS = {
  compilersFactory: { buildValidator: refuse, buildSerializer: refuse },
} as const satisfies FastifyServerOptions['schemaController'];

function refuse(): never {
  throw new Error('A route of the relay has a schema for Fastify; it should be checked where it is handled.');
}
