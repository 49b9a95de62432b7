const OPERATION = {
  tags: ['pets'],
  summary: 'One pet.',
  parameters: [{ name: 'petId', in: 'path', required: true, schema: { type: 'integer' } }],
  responses: { '200': { description: 'The pet.', content: { 'application/json': {} } } },
};

const OPENAPI = {
  openapi: '3.0.3',
  info: { title: 'A shop of pets', version: '1.0.0' },
  paths: { '/pets/{petId}.json': { get: OPERATION } },
};

/** What stands in the place of some files of Swagger UI: a small API of our own, and its only answer. */
export const PETS: Readonly<Record<string, string>> = {
  '/swagger-initializer.js': `window.ui = SwaggerUIBundle({
    url: '/openapi.json', dom_id: '#swagger-ui', presets: [SwaggerUIBundle.presets.apis], validatorUrl: null,
  });`,
  '/openapi.json': JSON.stringify(OPENAPI),
  '/pets/7.json': JSON.stringify({ id: 7, name: 'Mimi' }),
};
