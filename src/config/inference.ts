import * as z from 'zod';
import { integer, serverAddress, variable } from './variable.ts';

export const INFERENCE = {
  H200_INFERENCE_URL: variable(
    'vision',
    serverAddress.optional(),
    'unset: this machine runs the models',
    'Server of the Open Inference Protocol (KServe v2), such as NVIDIA Triton, that runs the models; `h200-mug models export-triton` writes what it serves ([how](inference-server.md)).',
  ),
  H200_INFERENCE_TOKEN: variable('vision', z.string().optional(), 'unset', 'Sent to it as `Authorization: Bearer …`.', {
    secret: true,
  }),
  H200_INFERENCE_TIMEOUT_MS: variable(
    'vision',
    integer(50, 50_000).default(5000),
    '5000',
    'Time for one run on it, a second try included.',
  ),
  H200_INFERENCE_REQUESTS: variable(
    'vision',
    integer(1, 256).default(16),
    '16',
    'Runs of one model that it is asked for at once: of these it makes its batches.',
  ),
  H200_INFERENCE_FALLBACK: variable(
    'vision',
    z.enum(['local', 'none']).default('local'),
    '`local`',
    'What happens when it gives no usable answer: this machine runs the model, which the answer says, or the call fails (`none`).',
  ),
} as const;
