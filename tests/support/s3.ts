import { randomBytes } from 'node:crypto';
import type { S3Settings } from '../../src/storage/s3/client.ts';

const set = (name: string) => process.env[name]?.trim() || null;

const endpoint = set('TEST_S3_ENDPOINT');

/**
 * The S3 server of the tests: `npm run services` starts one and prints the variables. Without it the tests that need one are
 * skipped, and say so; REQUIRE_SERVICES=1 makes that a failure.
 */
export const S3: Omit<S3Settings, 'bucket'> | null =
  endpoint === null
    ? null
    : {
        endpoint,
        accessKeyId: set('TEST_S3_ACCESS_KEY_ID') ?? '',
        secretAccessKey: set('TEST_S3_SECRET_ACCESS_KEY') ?? '',
        region: set('TEST_S3_REGION') ?? 'auto',
      };

/** Folder of the programs, for tests that kill them. */
export const S3_BIN = set('TEST_S3_BIN');

if (S3 === null) {
  const text = 'TEST_S3_ENDPOINT is unset: THE S3 TESTS ARE SKIPPED (npm run services starts a server)';
  if (process.env.REQUIRE_SERVICES === '1') throw new Error(`REQUIRE_SERVICES=1, but ${text}`);
  process.stderr.write(`\n${text}\n`);
} else if (S3_BIN === null) {
  process.stderr.write('\nTEST_S3_BIN is unset: WHAT KILLS AN S3 SERVER IS SKIPPED (npm run services tells it)\n');
}

/** A bucket that nobody else uses; it is made by the first call. */
export const freshBucket = (server = S3): S3Settings => ({
  ...(server ?? { endpoint: 'http://127.0.0.1:9', accessKeyId: '', secretAccessKey: '', region: 'auto' }),
  bucket: `h200-test-${randomBytes(6).toString('hex')}`,
});

/** What the program is told of it. */
export const r2Environment = ({ endpoint: url, accessKeyId, secretAccessKey, region, bucket }: S3Settings) => ({
  R2_ENDPOINT_URL: url,
  R2_ACCESS_KEY_ID: accessKeyId,
  R2_SECRET_ACCESS_KEY: secretAccessKey,
  R2_REGION: region,
  R2_BUCKET_NAME: bucket,
});
