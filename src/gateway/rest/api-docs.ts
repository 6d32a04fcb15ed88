import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';

export const API_DOCUMENT = '/api/openapi.json';

/** The OpenAPI 3.1 document of all routes that come after. It asks for no token. */
export async function routeApiDocs(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'H200 Intelligent Mug Positioning System',
        version,
        description: 'Measures desk photos in millimetres, checks positioning rules and proposes verified moves.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'A login token, an API key, or H200_API_TOKEN' },
        },
      },
      security: [{ token: [] }, {}],
    },
    transform: jsonSchemaTransform,
  });
  app.get(API_DOCUMENT, { schema: { hide: true }, config: { open: true } }, () => app.swagger());
}
