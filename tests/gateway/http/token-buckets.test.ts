import { expect, it } from 'vitest';
import { clientAt } from '../../../src/gateway/http/client-of.ts';
import { TokenBuckets } from '../../../src/gateway/http/token-buckets.ts';
import { WrongTokens } from '../../../src/gateway/http/wrong-tokens.ts';

it('allows so many at once, then as they come back, and says when', () => {
  let now = 0;
  const buckets = new TokenBuckets(6, () => now);
  for (let i = 5; i >= 0; i -= 1) expect(buckets.take('a')).toMatchObject({ allowed: true, remaining: i, limit: 6 });
  expect(buckets.take('a')).toMatchObject({ allowed: false, remaining: 0, resetS: 60, retryAfterS: 10 });
  expect(buckets.take('b').allowed).toBe(true);
  now = 9000;
  expect(buckets.take('a')).toMatchObject({ allowed: false, retryAfterS: 1 });
  now = 10_000;
  expect(buckets.take('a').allowed).toBe(true);
  expect(buckets.take('a').allowed).toBe(false);
  now = 10_000_000;
  expect(buckets.take('a')).toMatchObject({ allowed: true, remaining: 5 });
});

it('remembers a bounded number of clients', () => {
  const buckets = new TokenBuckets(6);
  for (let i = 0; i < 30_000; i += 1) buckets.take(`client ${i}`);
  expect(buckets.size).toBeLessThanOrEqual(10_000);
});

it.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::99', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['evil\n"', null],
  ['', null],
  [undefined, null],
])('%s is the client %s', (address, client) => {
  expect(clientAt(address)).toBe(client);
});

it('forgets wrong tokens after a minute', () => {
  let now = 0;
  const wrong = new WrongTokens(() => now);
  for (let i = 0; i < 10; i += 1) expect(wrong.failed('a', `${i}`).code).toBe('AUTH_001');
  now = 20_000;
  expect(() => wrong.refuseGuessing('a')).toThrow(expect.objectContaining({ code: 'RATE_001', retryAfterS: 40 }));
  expect(() => wrong.refuseGuessing('b')).not.toThrow();
  now = 60_000;
  expect(() => wrong.refuseGuessing('a')).not.toThrow();
  expect(wrong.failed('a', 'again').code).toBe('AUTH_001');
});
