import * as z from 'zod';
import { openApiDocument, type OpenApiDocument } from '../openapi/openapi-document.js';
import { defineRoute, type Route } from '../route.js';

/** The route that describes a table of routes, itself included. The description is made once: anybody may ask. */
export function openApiRoute(routes: () => readonly Route[]): Route {
  let document: OpenApiDocument | undefined;
  return defineRoute({
    method: 'GET',
    url: '/openapi.json',
    needs: 'anyone',
    summary: 'This API as an OpenAPI 3.1 document, made from the schemas that check its requests.',
    reply: z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) }),
    handle: ({ options }) => ({ ...(document ??= openApiDocument(routes(), options.process().version)) }),
  });
}
