import { expect, it } from 'vitest';
import { ControlServer, CreateServer } from '../../src/contract/server.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const accepts = (image: string) => [
  CreateServer.safeParse({ type: 'timed', config: { image } }).success,
  ControlServer.safeParse({ action: 'update', image }).success,
];

it.each([
  'mug',
  'mug:1',
  'acme/mug',
  'ghcr.io/acme/mug:2.0.0',
  'ghcr.io/acme/mug:v2.0.0-rc.1_x',
  'localhost:5000/mug',
  'Registry.example.com:443/a/b/c_d__e--f.g:T',
  '[::1]:5000/mug:1',
  `ghcr.io/acme/mug@${DIGEST}`,
  `ghcr.io/acme/mug:2@${DIGEST}`,
])('%s is an image', (image) => {
  expect(accepts(image)).toEqual([true, true]);
});

it.each([
  '',
  'x y',
  ' mug',
  'mug ',
  'mug\n',
  'mug\u0000',
  '--rm evil; $(id)',
  '--rm',
  '-mug',
  '$(id)',
  'mug;id',
  'a`b`',
  'ACME/Mug',
  'https://ghcr.io/acme/mug',
  '../../etc/passwd',
  '/mug',
  'mug/',
  'a//b',
  'mug:',
  'mug:-1',
  `mug:${'a'.repeat(129)}`,
  'mug@sha256:abc',
  `mug@${DIGEST}@${DIGEST}`,
  'möbel',
  'a'.repeat(513),
])('%j is none', (image) => {
  expect(accepts(image)).toEqual([false, false]);
});

it('a hostile one is refused quickly', () => {
  const begun = performance.now();
  for (const part of ['a', '-', 'a-', 'a.', 'a_', 'a/', '[:', 'a:1']) accepts(`${part.repeat(511 / part.length)}!`);
  expect(performance.now() - begun).toBeLessThan(500);
});
