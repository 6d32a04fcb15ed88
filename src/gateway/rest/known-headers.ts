import type { FastifyInstance } from 'fastify';
import type * as z from 'zod';
import { AppError } from '../../errors.ts';

/** Headers of ours in requests begin so. */
const OURS = 'h200-';

/**
 * A header of ours that does nothing where it is sent is refused, and not passed over: whoever names an address to be called
 * back would wait for ever. What a route heeds, its schema says.
 */
export function refuseUnknownHeaders(app: FastifyInstance): void {
  app.addHook('onRoute', ({ schema }) => {
    const { headers } = (schema ?? {}) as { headers?: z.ZodObject };
    for (const name of Object.keys(headers?.shape ?? {})) if (name.startsWith(OURS)) known.add(name);
  });
  const known = new Set<string>();
  app.addHook('preHandler', async ({ headers, routeOptions }) => {
    const sent = Object.keys(headers).filter((name) => name.startsWith(OURS));
    if (sent.length === 0) return;
    const { schema } = routeOptions;
    const heeded = Object.keys((schema?.headers as z.ZodObject | undefined)?.shape ?? {});
    const wrong = sent.find((name) => !heeded.includes(name));
    if (wrong === undefined) return;
    const mine = heeded.filter((name) => name.startsWith(OURS));
    throw new AppError('VALIDATION_002', {
      message: known.has(wrong) ? `The header "${wrong}" does nothing here.` : `There is no header "${wrong}".`,
      advice: mine.length === 0 ? 'Send the request without it.' : `Of these headers this takes ${mine.join(', ')}.`,
      details: { field: wrong },
    });
  });
}
