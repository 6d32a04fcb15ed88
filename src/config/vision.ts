import { resolve } from 'node:path';
import * as z from 'zod';
import { folder, integer, paths, variable } from './variable.ts';

export const VISION = {
  H200_MODELS_DIR: variable(
    'vision',
    folder.default(resolve(paths.data, 'models')),
    '`models` in the user data folder',
    "Model files besides the package's own `models/`; `models fetch` writes here.",
  ),
  H200_MODEL: variable(
    'vision',
    z.string().optional(),
    'best installed',
    'Name of the one model of `models/manifest.json` to use; unset, ours adds coasters and desk mats.',
  ),
  H200_PROVIDER: variable(
    'vision',
    z.enum(['auto', 'tensorrt', 'cuda', 'webgpu', 'cpu']).default('auto'),
    '`auto`',
    'Execution provider; `auto` tries tensorrt, cuda, webgpu, cpu in that order.',
  ),
  H200_WORKERS: variable(
    'vision',
    integer(1, 64).optional(),
    'one for each core',
    'Most inference workers, one session each: one more starts when all are busy, one ends after half a minute below 30 %; the last stays.',
  ),
  H200_THREADS: variable('vision', integer(1, 64).default(1), '1', 'Threads inside one session.'),
  H200_QUEUE_LIMIT: variable(
    'vision',
    integer(1, 100_000).default(256),
    '256',
    'Most analyses that wait; fewer do where they would not be done within H200_TIMEOUT_MS at the pace lately seen.',
  ),
  MAX_BATCH_SIZE: variable(
    'vision',
    integer(1, 256).default(32),
    '32',
    'Most images in one model run on providers that profit from batches.',
  ),
} as const;
