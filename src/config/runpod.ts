import * as z from 'zod';
import { boolean, serverAddress, variable } from './variable.ts';

const LOCAL = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$)/;
/** The key travels with every call. */
const guarded = (address: string) => address.startsWith('https:') || LOCAL.test(address);
const base = serverAddress
  .refine(guarded, 'must be https, or http on this machine')
  .transform((address) => address.replace(/\/+$/, ''));

const template = (...names: string[]) =>
  z
    .string()
    .max(500)
    .refine(guarded, 'must be https, or http on this machine')
    .refine((text) => names.every((name) => text.includes(`{${name}}`)), `must contain {${names.join('} and {')}}`)
    .refine((text) => URL.canParse(text.replaceAll(/\{\w+\}/g, '1')), 'must be an address')
    .transform((text) => text.replace(/\/+$/, ''));

/** On this machine, where a fake is: RunPod itself can never be taken for one. */
export const isOnThisMachine = (address: string): boolean => LOCAL.test(address);

export const RUNPOD = {
  RUNPOD_API_KEY: variable(
    'fleet',
    z
      .string()
      .regex(/^[\x21-\x7e]{8,512}$/, 'must be one word of ASCII')
      .optional(),
    'unset',
    'Key of RunPod; without it no GPU server is rented ([docs/servers.md](servers.md)).',
    { secret: true },
  ),
  RUNPOD_REST_URL: variable(
    'fleet',
    base.default('https://api.runpod.io/v2'),
    '`https://api.runpod.io/v2`',
    'Another address of its REST API, version 2, such as that of the fake. The key is sent there and to the next two.',
  ),
  RUNPOD_SIMULATED: variable(
    'fleet',
    boolean.default(false),
    'false',
    'RUNPOD_REST_URL is a fake (`npm run fake:runpod` sets this): every surface says that servers and prices are simulated. Only where it is on this machine.',
  ),
  RUNPOD_JOBS_URL: variable(
    'fleet',
    base.default('https://api.runpod.ai/v2'),
    '`https://api.runpod.ai/v2`',
    'Where jobs for serverless servers with a queue are sent.',
  ),
  RUNPOD_LB_URL_TEMPLATE: variable(
    'fleet',
    template('endpointId').default('https://{endpointId}.api.runpod.ai'),
    '`https://{endpointId}.api.runpod.ai`',
    'How a serverless server behind a load balancer is reached.',
  ),
  RUNPOD_POD_URL_TEMPLATE: variable(
    'fleet',
    template('podId', 'port').default('https://{podId}-{port}.proxy.runpod.net'),
    '`https://{podId}-{port}.proxy.runpod.net`',
    'How a port of a timed server is reached.',
  ),
  RUNPOD_NETWORK_VOLUME_ID: variable(
    'fleet',
    z
      .string()
      .regex(/^[\w-]{1,64}$/, 'must be the id of a volume')
      .optional(),
    'none',
    'Network volume that created servers find at `/runpod-volume`; it ties them to its data centre.',
  ),
  FLASHBOOT_ENABLED: variable(
    'fleet',
    boolean.default(true),
    'true',
    'Serverless servers are created with FlashBoot, which keeps the state of their workers after they went.',
  ),
} as const;
