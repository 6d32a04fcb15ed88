/**
 * Where `npm run services` has put NVIDIA Triton (TEST_TRITON); null where there is none: the tests that need it are skipped,
 * and say so; REQUIRE_SERVICES=1 makes that a failure.
 */
export const TRITON = process.env.TEST_TRITON?.trim() || null;

if (TRITON === null) {
  const text = 'TEST_TRITON is unset: THE TRITON TESTS ARE SKIPPED (npm run services installs it)';
  if (process.env.REQUIRE_SERVICES === '1') throw new Error(`REQUIRE_SERVICES=1, but ${text}`);
  process.stderr.write(`\n${text}\n`);
}
