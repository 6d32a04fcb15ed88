import { expect, it } from 'vitest';
import { type Packed, packageProblems } from '../../scripts/release/package-content.ts';

const files = [
  'bin/h200-mug.js',
  'dist/src/main.js',
  'models/manifest.json',
  'models/desk-detector.onnx',
  'dashboard/dist/index.html',
  'skills/desk-check/SKILL.md',
  'docs/configuration.md',
  'docs/alerts.md',
  'LICENSE',
  'README.md',
  'package.json',
  'sbom.cdx.json',
];
const packed = (more: string[] = [], changes: Partial<Packed> = {}): Packed => ({
  size: 1,
  unpackedSize: 1,
  entryCount: files.length,
  files: [...files, ...more].map((path) => ({ path, size: 1 })),
  ...changes,
});

it('a whole package has no problem', () => {
  expect(packageProblems(packed(), { scripts: { prepare: 'x' }, dependencies: { a: '1.2.3' } })).toEqual([]);
});

it.each([
  ['tests/a.test.js', packed(['tests/a.test.js']), {}],
  ['dist/.env', packed(['dist/.env']), {}],
  ['dist/key.pem', packed(['dist/key.pem']), {}],
  ['dist/tests/a.js', packed(['dist/tests/a.js']), {}],
  ['LICENSE', { ...packed(), files: packed().files.filter(({ path }) => path !== 'LICENSE') }, {}],
  ['postinstall', packed(), { scripts: { postinstall: 'x' } }],
  ['not pinned', packed(), { dependencies: { a: '^1.2.3' } }],
  ['more than', packed([], { size: 1e9 }), {}],
  ['unpacks', packed([], { unpackedSize: 1e9 }), {}],
])('sees %s', (word, pack, json) => {
  expect(packageProblems(pack, json)).toEqual([expect.stringContaining(word)]);
});
