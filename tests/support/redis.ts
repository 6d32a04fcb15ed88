import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { RedisSettings } from '../../src/storage/redis/settings.ts';

/**
 * The Redis of the tests: `npm run services` starts one and prints the variable. Without it the tests that need one are
 * skipped, and say so; REQUIRE_SERVICES=1 makes that a failure.
 */
export const REDIS_URL = process.env.TEST_REDIS_URL?.trim() || null;

if (REDIS_URL === null) {
  const text = 'TEST_REDIS_URL is unset: THE REDIS TESTS ARE SKIPPED (npm run services starts a server)';
  if (process.env.REQUIRE_SERVICES === '1') throw new Error(`REQUIRE_SERVICES=1, but ${text}`);
  process.stderr.write(`\n${text}\n`);
}

/** The program itself, for tests that start, kill and join servers of their own. */
export const HAS_REDIS_SERVER = (process.env.PATH ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'redis-server')));

if (!HAS_REDIS_SERVER) {
  const text =
    'there is no redis-server: WHAT STARTS REDIS SERVERS OF ITS OWN IS SKIPPED (npm run services installs it)';
  process.stderr.write(`\n${text}\n`);
}

export function settingsOf(url = REDIS_URL ?? ''): RedisSettings {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    nodes: [{ host: hostname, port: Number(port || 6379) }],
    mode: 'single',
    db: Number(pathname.slice(1) || 0),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
}

/** The address of a server on this machine. */
export const redisAt = (port: number, more: Partial<RedisSettings> = {}): RedisSettings => ({
  nodes: [{ host: '127.0.0.1', port }],
  mode: 'single',
  db: 0,
  ...more,
});

/** What nobody else asks about. */
export const freshSubject = () => randomBytes(32).toString('hex');

/** Of what is tested for what it gives, not for how soon: a busy machine may take so long for an answer, ms. */
export const PATIENT_MS = 5000;
