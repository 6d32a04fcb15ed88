import { readFileSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import type { RedisNode, RedisSettings } from '../storage/redis/settings.ts';

const SENTINEL_PORT = 26_379;

/** Null: no Redis is configured. Throws ConfigError for settings that do not go together. */
export function redisSettings(config: Config): RedisSettings | null {
  const { REDIS_HOST: hosts, REDIS_CLUSTER: isCluster, REDIS_SENTINEL_MASTER: master, REDIS_DB: db } = config;
  if (hosts === undefined) return null;
  const problems: string[] = [];
  const mode = isCluster ? 'cluster' : master === undefined ? 'single' : 'sentinel';
  if (isCluster && master !== undefined) problems.push('REDIS_CLUSTER and REDIS_SENTINEL_MASTER: set one of them');
  if (isCluster && db !== 0) problems.push('REDIS_DB: a cluster has database 0 only');
  if (mode === 'single' && hosts.length > 1) {
    problems.push('REDIS_HOST: several hosts need REDIS_CLUSTER=true or REDIS_SENTINEL_MASTER');
  }
  const usual = mode === 'sentinel' ? SENTINEL_PORT : config.REDIS_PORT;
  const nodes = hosts.map((host) => nodeOf(host, usual));
  if (nodes.some(({ port }) => port < 1 || port > 65_535)) problems.push('REDIS_HOST: ports are 1 to 65535');
  const ca = config.REDIS_CA_FILE === undefined ? undefined : readCa(config.REDIS_CA_FILE, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    nodes,
    mode,
    db,
    ...(master !== undefined && { master }),
    ...(config.REDIS_USERNAME !== undefined && { username: config.REDIS_USERNAME }),
    ...(config.REDIS_PASSWORD !== undefined && { password: config.REDIS_PASSWORD }),
    ...(config.REDIS_SENTINEL_PASSWORD !== undefined && { sentinelPassword: config.REDIS_SENTINEL_PASSWORD }),
    ...(config.REDIS_TLS && { tls: { ...(ca !== undefined && { ca }) } }),
  };
}

function nodeOf(text: string, usual: number): RedisNode {
  const [, host = text, port] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? usual : Number(port) };
}

function readCa(file: string, problems: string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    problems.push(`REDIS_CA_FILE: cannot be read (${(error as NodeJS.ErrnoException).code})`);
    return undefined;
  }
}
