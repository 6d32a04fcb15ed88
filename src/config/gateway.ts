import { isIP } from 'node:net';
import * as z from 'zod';
import { boolean, integer, list, path, variable } from './variable.ts';

export const GATEWAY = {
  H200_API_TOKEN: variable(
    'gateway',
    z.string().min(16, 'must have at least 16 characters').optional(),
    'unset',
    'Bearer token of `serve`, at least 16 characters; required when it listens on another address than loopback.',
    { secret: true },
  ),
  H200_DASHBOARD_PORT: variable(
    'gateway',
    integer(1, 65_535).optional(),
    'unset',
    'A second port on which `serve` answers, for browsers: the dashboard is at `/` of every port of it.',
  ),
  H200_EXTRA_PORTS: variable(
    'gateway',
    list
      .pipe(
        z
          .array(z.string().regex(/^\d{1,5}$/, 'must be port numbers, separated by commas'))
          .max(8, 'must be eight ports at most'),
      )
      .transform((ports) => ports.map(Number))
      .refine((ports) => ports.every((port) => port >= 1 && port <= 65_535), 'must be port numbers, 1 to 65535')
      .default([]),
    'none',
    'Further ports on which `serve` answers the same, separated by commas, such as `8001,8002` where others look for MCP and the control plane.',
  ),
  H200_TLS_CERT: variable(
    'gateway',
    path.optional(),
    'unset: plain HTTP',
    'PEM file of the certificate with its chain: with H200_TLS_KEY, `serve` speaks HTTPS and WSS, TLS 1.3 only. Both files are read again every minute; a new pair is taken when it fits and is valid.',
  ),
  H200_TLS_KEY: variable(
    'gateway',
    path.optional(),
    'unset',
    'PEM file of the key of H200_TLS_CERT, without a passphrase, which nobody else may read.',
  ),
  H200_ALLOWED_HOSTS: variable(
    'gateway',
    list.default([]),
    'loopback names',
    'Further Host names that `serve` answers to, separated by commas.',
  ),
  H200_ALLOWED_ORIGINS: variable(
    'gateway',
    list.default([]),
    'pages of this server',
    'Browser origins that may call besides pages of this server itself, separated by commas: scheme, host and port, such as `http://localhost:6274`.',
  ),
  H200_RATE_LIMIT: variable(
    'gateway',
    integer(0, 1_000_000).default(3000),
    '3000',
    'Requests a minute that `serve` takes from one address, and from one user wherever it is, all at once or spread; 0: any number. With REDIS_HOST all servers with the same limit and JWT_SECRET together, else each.',
  ),
  H200_TRUSTED_PROXIES: variable(
    'gateway',
    list
      .refine((all) => all.every(isNetwork), 'must be addresses or networks such as 10.0.0.0/8, separated by commas')
      .default([]),
    'none',
    'Reverse proxies in front of `serve`: addresses or networks whose `X-Forwarded-For` is believed, and `X-Forwarded-Proto` and `X-Forwarded-Host` where they are http or https and a name of H200_ALLOWED_HOSTS. Unset, they are not read, and all that comes through a proxy counts as one client.',
  ),
  H200_ALLOWED_IPS: variable(
    'gateway',
    list
      .refine((all) => all.every(isNetwork), 'must be addresses or networks such as 10.0.0.0/8, separated by commas')
      .default([]),
    'all',
    'Addresses or networks that `serve` answers at all, over every protocol and before it asks who it is; 127.0.0.1 is one like any other. Behind a proxy of H200_TRUSTED_PROXIES the address that it says counts.',
  ),
  H200_HEALTH_FROM_ANYWHERE: variable(
    'gateway',
    boolean.default(false),
    '`false`',
    'Health routes are answered to addresses outside H200_ALLOWED_IPS too.',
  ),
  H200_READ_ONLY: variable('gateway', boolean.default(false), '`false`', 'Offer only tools that change nothing.'),
  H200_TIMEOUT_MS: variable(
    'gateway',
    integer(100, 600_000).default(30_000),
    '30000',
    'Longest time for one analysis.',
  ),
} as const;

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return more.length === 0 && most > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}
