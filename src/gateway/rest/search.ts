import type { FastifyInstance } from 'fastify';
import { SearchRequest } from '../../contract/search.ts';
import { SearchOutput, searchAnswer } from '../../presentation/search-answer.ts';
import type { Services } from '../../services.ts';
import { bodyOf, queryOf } from './accept.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';
import { uploadBytes } from './upload.ts';

const tag = 'analysis';
const Query = SearchRequest.omit({ image: true });
const aliases = { q: 'text', from: 'since', to: 'until' };

/** Past desks, by what was found on them or by what they look like. */
export function routeSearch(app: FastifyInstance, { search }: Services): void {
  app.get(
    '/search',
    {
      schema: describe({
        tag,
        permission: 'analysis:read',
        id: 'searchAnalyses',
        title: 'Find past desks',
        about: 'Everything that is given must hold. Several objects have commas between them.',
        query: Query,
        answer: SearchOutput,
      }),
    },
    async (request, reply) =>
      searchAnswer(await search.search(routeCall(request, reply), queryOf(request, { input: Query, aliases })))
        .structured,
  );

  app.route({
    method: 'POST',
    url: '/search',
    bodyLimit: uploadBytes(1),
    schema: describe({
      tag,
      permission: 'analysis:read',
      id: 'searchByImage',
      title: 'Find past desks, also by an image',
      about: 'The image by its path, https URL or data URL.',
      body: SearchRequest,
      answer: SearchOutput,
    }),
    handler: async (request, reply) =>
      searchAnswer(await search.search(routeCall(request, reply), bodyOf(request, { input: SearchRequest, aliases })))
        .structured,
  });
}
