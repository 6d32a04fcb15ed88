import * as z from 'zod';
import { integer, variable } from './variable.ts';

export const QUEUE = {
  H200_QUEUE: variable(
    'queue',
    z.enum(['redis']).optional(),
    'unset: each server computes itself',
    '`redis`: `serve` puts analyses into a queue in the Redis of REDIS_HOST, and `h200-mug worker`, on any machine, takes them ([docs/scale.md](scale.md)).',
  ),
  H200_QUEUE_NAME: variable(
    'queue',
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 small letters, digits and hyphens')
      .default('default'),
    '`default`',
    'Servers and workers of the same name work together; several installations can share one Redis.',
  ),
  H200_QUEUE_DEPTH: variable(
    'queue',
    integer(1, 100_000).default(1000),
    '1000',
    'Analyses of each priority that may wait or run in the queue before new ones are refused as overloaded; four fifths of them of one user.',
  ),
  H200_QUEUE_MB: variable(
    'queue',
    integer(32, 65_536).default(512),
    '512',
    'Memory of Redis that waiting photos may take together, as long as nobody has their answers; a quarter of it besides for what could not be done.',
  ),
  H200_QUEUE_RATE: variable(
    'queue',
    integer(0, 100_000).default(0),
    '0',
    'Analyses a second that all workers together begin; 0: as many as they can. Workers read it.',
  ),
  H200_QUEUE_CONCURRENCY: variable(
    'queue',
    integer(1, 256).optional(),
    'one for each inference worker, and one more',
    'Analyses that one worker does at once.',
  ),
  H200_QUEUE_FALLBACK: variable(
    'queue',
    z.enum(['none', 'local']).default('none'),
    '`none`: QUEUE_001 or QUEUE_002',
    '`local`: the server computes itself where Redis or all workers are gone, and the answer says so.',
  ),
} as const;
