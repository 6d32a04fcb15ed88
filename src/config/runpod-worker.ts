import * as z from 'zod';
import { integer, url, variable } from './variable.ts';

const port = integer(1, 65_535);
const word = z.string().regex(/^[\x21-\x7e]{1,4096}$/, 'must be one word of ASCII');
const address = url('https', 'http').optional();

/**
 * What RunPod gives to a worker. Read by `h200-mug serverless` alone: elsewhere a variable with a common name, such as PORT,
 * may mean something else.
 */
export const RUNPOD_WORKER = {
  RUNPOD_WEBHOOK_GET_JOB: variable('worker', address, 'unset: no queue', 'Where a worker of a queue takes its jobs.'),
  RUNPOD_WEBHOOK_POST_OUTPUT: variable('worker', address, 'unset', 'Where results and progress go.'),
  RUNPOD_WEBHOOK_PING: variable('worker', address, 'unset', 'Where the worker says that it lives.'),
  RUNPOD_PING_INTERVAL: variable('worker', integer(100, 600_000).default(10_000), '10000', 'How often, ms.'),
  RUNPOD_AI_API_KEY: variable('worker', word.optional(), 'unset', 'Sent with all of these.', { secret: true }),
  RUNPOD_POD_ID: variable('worker', word.default('local'), '`local`', 'Name of this worker.'),
  RUNPOD_POD_HOSTNAME: variable('worker', word.default('unknown'), '`unknown`', 'Named in errors of jobs.'),
  PORT: variable('worker', port.default(80), '80', 'Where a worker behind a load balancer listens.'),
  PORT_HEALTH: variable('worker', port.optional(), '`PORT`', 'Where it is asked whether it is ready.'),
  HEALTH_CHECK_PATH: variable(
    'worker',
    z
      .string()
      .regex(/^\/[\w./-]{1,200}$/, 'must be a path')
      .default('/ping'),
    '`/ping`',
    'Answers 204 while the worker starts, 200 once it is ready.',
  ),
} as const;
