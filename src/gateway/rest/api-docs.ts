import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { FAILED, HEADERS, tellHeaders } from './document/answer-headers.ts';
import { CONTRACT } from './document/contract-schemas.ts';
import { nameBodies } from './document/name-bodies.ts';
import { type Node, nameSchemas } from './document/name-schemas.ts';

export const API_DOCUMENT = '/api/openapi.json';

/** The OpenAPI 3.1 document of all routes that come after. It asks for no token. */
export async function routeApiDocs(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'H200 Intelligent Mug Positioning System',
        version,
        description:
          'Measures desk photos in millimetres, checks positioning rules and proposes verified moves. What goes on, as it happens: server-sent events of GET /api/v1/events and the WebSocket /ws/control-plane (docs/rest.md).',
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
    transformObject: (told) => ('openapiObject' in told ? completed(told.openapiObject) : told.swaggerObject),
  });
  app.get(API_DOCUMENT, { schema: { hide: true }, config: { open: true } }, () => app.swagger());
}

/** With names for what it speaks of, and the headers of answers. */
function completed<D extends object>(document: D): D {
  const { paths, components } = document as { paths: Node; components?: Node };
  const named = nameBodies(nameSchemas(paths, CONTRACT));
  return {
    ...document,
    paths: tellHeaders(named.paths),
    components: { ...components, schemas: named.schemas, responses: { Failed: FAILED }, headers: HEADERS },
  };
}
