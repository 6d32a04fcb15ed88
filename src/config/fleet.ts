import * as z from 'zod';
import { IMAGE_REFERENCE, isImageReference } from '../contract/image-reference.ts';
import { variable } from './variable.ts';

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
} as const;
