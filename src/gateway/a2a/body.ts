import { isUtf8 } from 'node:buffer';
import { RequestMalformedError } from '@a2a-js/sdk/errors';
import type { FastifyInstance } from 'fastify';
import { endOfString } from '../end-of-string.ts';
import { holdsTooManyValues } from '../mcp/transports/count-values.ts';
import { nameTwice, repeatedName } from '../repeated-name.ts';
import { bodyError } from './errors.ts';

/** An image of 25 MB as base64 with room for the rest of the message. */
export const MAX_BODY_BYTES = 48 * 1024 * 1024;
const MAX_VALUES = 20_000;
/** Of lists and objects in each other: what is done with a message goes down into all of them. */
const MAX_DEPTH = 64;

/** Reads JSON bodies, whichever of the two names they have; what nobody should work on is refused before it becomes objects. */
export function readBodies(app: FastifyInstance): void {
  const read = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>(
    ['application/json', 'application/a2a+json'],
    { parseAs: 'buffer' },
    (request, body, done) => {
      // Clients of other languages send nothing, or `null`, where there is nothing to say.
      if (body.length === 0) return done(null, undefined);
      if (!isUtf8(body)) return done(new RequestMalformedError('The body is not valid UTF-8.'));
      const text = body.toString('utf8');
      if (holdsTooManyValues(text, MAX_VALUES)) {
        return done(new RequestMalformedError(`The message holds more than ${MAX_VALUES} values.`));
      }
      if (isDeeperThan(text, MAX_DEPTH)) {
        return done(new RequestMalformedError(`The message is nested deeper than ${MAX_DEPTH} levels.`));
      }
      read(request, text, (error, value) => {
        if (error !== null) return done(bodyError(error as never) ?? error);
        const name = repeatedName(text);
        done(name === null ? null : new RequestMalformedError(nameTwice(name).message), value);
      });
    },
  );
}

/** Counts brackets outside of strings; what is not JSON may pass and is refused as such. */
export function isDeeperThan(json: string, most: number): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const sign = json[at];
    if (sign === '"') {
      at = endOfString(json, at);
      if (at < 0) return false;
    } else if (sign === '{' || sign === '[') {
      depth += 1;
      if (depth > most) return true;
    } else if (sign === '}' || sign === ']') depth -= 1;
  }
  return false;
}
