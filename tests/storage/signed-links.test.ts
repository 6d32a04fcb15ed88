import { expect, it } from 'vitest';
import { FILES_PATH, SignedLinks } from '../../src/storage/signed-links.ts';

const claim = { key: 'image/../../x', analysisId: 'ana_1', userId: null, fileName: 'ana_1.jpg', expiresAtS: 1000 };
const at = (s: number) => new Date(s * 1000);
const tokenOf = (links: SignedLinks) => links.path(claim).slice(FILES_PATH.length);

it('reads what it signed until it expires, and what the secret before signed', () => {
  const [old, now, other] = [['old'], ['new', 'old'], ['other']].map((secrets) => new SignedLinks(secrets));
  const token = tokenOf(old!);
  expect(token).toMatch(/^[\w-]+$/);
  expect(old!.read(token, at(999))).toEqual(claim);
  expect(old!.read(token, at(1000))).toBeNull();
  expect(now!.read(token, at(999))).toEqual(claim);
  expect(old!.read(tokenOf(now!), at(999))).toBeNull();
  expect(other!.read(token, at(999))).toBeNull();
});

it('reads nothing in which a bit was changed', () => {
  const links = new SignedLinks([Buffer.alloc(32, 7)]);
  const bytes = Buffer.from(tokenOf(links), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(links.read(changed.toString('base64url'), at(1))).toBeNull();
  }
  for (const token of ['', 'x', 'é'.repeat(50), 'A'.repeat(1e5)]) expect(links.read(token, at(1))).toBeNull();
});
