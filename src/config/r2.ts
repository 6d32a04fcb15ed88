import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';

export interface R2Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly bucket: string;
}

const TOGETHER = ['R2_ENDPOINT_URL', 'R2_ACCESS_KEY_ID', 'R2_SECRET_ACCESS_KEY'] as const;

/** Null where photos stay on this machine. Throws ConfigError where a part of the settings is missing. */
export function r2Settings(config: Config): R2Settings | null {
  const missing = TOGETHER.filter((name) => config[name] === undefined);
  if (missing.length === TOGETHER.length) return null;
  const [endpoint, accessKeyId, secretAccessKey] = TOGETHER.map((name) => config[name]);
  if (endpoint === undefined || accessKeyId === undefined || secretAccessKey === undefined) {
    throw new ConfigError(missing.map((name) => `${name}: must be set too, as ${TOGETHER.join(', ')} belong together`));
  }
  const bucket = config.R2_BUCKET_NAME;
  // Cloudflare shows the address with the bucket behind it.
  const server = endpoint.replace(/\/+$/, '').replace(new RegExp(`(?<=//[^/]+)/${bucket.replaceAll('.', '\\.')}$`), '');
  return { endpoint: server, region: config.R2_REGION, accessKeyId, secretAccessKey, bucket };
}
