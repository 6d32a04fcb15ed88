import * as z from 'zod';
import { boolean, integer, list, variable } from './variable.ts';

/** A name, an IPv4 address or [IPv6], and perhaps a port. */
const NODE = /^(?:[A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

export const CACHE = {
  REDIS_HOST: variable(
    'cache',
    list
      .refine(
        (hosts) => hosts.length > 0 && hosts.every((host) => NODE.test(host)),
        'must be a host, or several with their ports, separated by commas, without redis:// and without a password',
      )
      .optional(),
    'unset: the process alone',
    'What was found in images, and which analysis answers a request, is shared through this Redis by all servers that name it; rate limits are counted together there. Several (`a:7001,b:7002`) are nodes of a cluster or sentinels.',
    // Whoever pastes an address with a password here should not read it in the log.
    { secret: true },
  ),
  REDIS_PORT: variable('cache', integer(1, 65_535).default(6379), '6379', 'Port of hosts that name none.'),
  REDIS_USERNAME: variable('cache', z.string().optional(), 'unset', 'User of Redis 6 or newer (ACL).'),
  REDIS_PASSWORD: variable('cache', z.string().optional(), 'unset', 'Its password.', { secret: true }),
  REDIS_DB: variable('cache', integer(0, 15).default(0), '0', 'Number of the database; a cluster has only 0.'),
  REDIS_TLS: variable('cache', boolean.default(false), '`false`', 'Encrypt the connection and check the certificate.'),
  REDIS_CA_FILE: variable(
    'cache',
    z.string().optional(),
    'authorities that Node.js knows',
    'PEM file of the authority that signed the certificate of Redis.',
  ),
  REDIS_CLUSTER: variable('cache', boolean.default(false), '`false`', 'REDIS_HOST names nodes of a Redis Cluster.'),
  REDIS_SENTINEL_MASTER: variable(
    'cache',
    z.string().max(200).optional(),
    'unset',
    'REDIS_HOST names sentinels (port 26379 unless given), which know the server of this name.',
  ),
  REDIS_SENTINEL_PASSWORD: variable('cache', z.string().optional(), 'unset', 'Of the sentinels.', { secret: true }),
  H200_CACHE_TTL_S: variable(
    'cache',
    integer(1, 604_800).default(86_400),
    '86400',
    'Seconds that an entry stays in Redis, and that what is not stored stays in this process; what is stored stays here twice as long. Entries follow from photo, model, scale and rules alone and end with their analysis, so that none grows stale: H200_CACHE_MB and maxmemory are what bounds them.',
  ),
  H200_CACHE_MB: variable(
    'cache',
    integer(1, 65_536).default(64),
    '64',
    'Memory of this process for cached entries; what was used the longest ago goes first. An answer takes 1 to 10 kB.',
  ),
} as const;
