import { randomBytes } from 'node:crypto';

/**
 * The MongoDB server of the tests: `npm run services` starts one and prints the variable. Without it the tests that need one
 * are skipped, and say so; REQUIRE_SERVICES=1 makes that a failure.
 */
export const MONGODB_URI = process.env.TEST_MONGODB_URI?.trim() || null;

if (MONGODB_URI === null) {
  const text = 'TEST_MONGODB_URI is unset: THE MONGODB TESTS ARE SKIPPED (npm run services starts a server)';
  if (process.env.REQUIRE_SERVICES === '1') throw new Error(`REQUIRE_SERVICES=1, but ${text}`);
  process.stderr.write(`\n${text}\n`);
}

/** The program itself, for tests that kill it; `npm run services` tells it as well. */
export const MONGODB_COMMAND = process.env.TEST_MONGODB_COMMAND?.trim() || null;

if (MONGODB_URI !== null && MONGODB_COMMAND === null) {
  process.stderr.write(
    '\nTEST_MONGODB_COMMAND is unset: WHAT KILLS A MONGODB SERVER IS SKIPPED (npm run services tells it)\n',
  );
}

/** The address of a database that nobody else uses. */
export function freshDatabase(uri = MONGODB_URI ?? ''): string {
  const name = `h200_test_${randomBytes(6).toString('hex')}`;
  const [, start, , query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(\/[^?]*)?(\?.*)?$/.exec(uri) ?? [];
  return `${start}/${name}${query}`;
}
