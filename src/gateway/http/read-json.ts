import type { FastifyBodyParser, FastifyInstance } from 'fastify';
import { nameTwice, repeatedName } from '../repeated-name.ts';

type Read = FastifyBodyParser<string>;

/** Bodies of JSON, wherever a protocol has no words of its own for what is wrong with them. */
export function readJson(app: FastifyInstance): void {
  const read = readOnce(app.getDefaultJsonParser('error', 'error'));
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, read);
}

/** Refuses what has a name twice. */
export function readOnce(read: Read): Read {
  return (request, text, done) =>
    read(request, text, (error: Error | null, value?: unknown) => {
      const name = error === null ? repeatedName(text) : null;
      done(name === null ? error : nameTwice(name), value);
    });
}
