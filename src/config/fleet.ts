import * as z from 'zod';
import { IMAGE_REFERENCE, isImageReference } from '../contract/image-reference.ts';
import { isServerEnvironment } from './server-environment.ts';
import { integer, variable } from './variable.ts';

/** What the setup of the manual writes where nothing was made yet. */
const NOT_YET = 'auto_generated';
const providerId = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'must be an id of the provider')
  .transform((id) => (id === NOT_YET ? undefined : id))
  .optional();

export const FLEET = {
  H200_SERVER_IMAGE: variable(
    'fleet',
    z.string().max(512).refine(isImageReference, IMAGE_REFERENCE).optional(),
    'none',
    'Container image of GPU servers that are created without one.',
  ),
  RUNPOD_TIMED_POD_ID: variable(
    'fleet',
    providerId,
    'none',
    'A pod that was not made here and is to be looked after: cost, idle shutdown, start and stop. `auto_generated` is none.',
  ),
  RUNPOD_SERVERLESS_ENDPOINT_ID: variable('fleet', providerId, 'none', 'The same of a serverless endpoint.'),
  H200_SERVER_TOKEN: variable(
    'fleet',
    z
      .string()
      .regex(/^[\x21-\x7e]{8,512}$/, 'must be one word of ASCII')
      .optional(),
    'unset',
    'What the tokens of GPU servers are made of, each of which gets one of its own as its H200_API_TOKEN; sent itself to those that were not made here ([docs/servers.md](servers.md#where-an-analysis-runs)).',
    { secret: true },
  ),
  H200_SERVER_ENV: variable(
    'fleet',
    z.string().max(65_536).refine(isServerEnvironment, 'must be a JSON object of names and texts').optional(),
    'none',
    'Environment of GPU servers that are made here, `{"NAME":"value"}`: never stored. Secrets belong here. Only images of the repository of H200_SERVER_IMAGE get it.',
    { secret: true },
  ),
  H200_SERVER_WAIT_MS: variable(
    'fleet',
    integer(100, 600_000).optional(),
    'half of what is left of H200_TIMEOUT_MS',
    'How long a GPU server may take for one analysis before that goes elsewhere.',
  ),
  H200_SERVER_FALLBACK: variable(
    'fleet',
    z.enum(['local', 'none']).default('local'),
    '`local`',
    'Where no GPU server that analyses are routed to gives an answer: this process (or the queue) computes, and the answer says so; `none`: SERVER_007.',
  ),
} as const;
