import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSubject, releaseText } from '../../scripts/release/changelog.ts';
import { ROOT } from '../support/documents.ts';

const subjects = [
  'merge: something',
  "Merge branch 'main' into x",
  'feat(rules)!: rules need a unit',
  'fix(cli): a typo',
  'perf(mcp): fewer bytes',
  'test(cli): more',
  'feat(eval): a table',
  'feat: stars * and _lines_ stay what they are',
];

it.each([
  ['feat(cli)!: x', { kind: 'feat', scope: 'cli', breaking: true, text: 'x' }],
  ['fix: y', { kind: 'fix', scope: null, breaking: false, text: 'y' }],
  ['Merge main', null],
  ['wip', null],
])('%s', (subject, change) => expect(readSubject(subject)).toEqual(change));

it('tells of a first release what there is, and of a later one what breaks, is new and was mended', () => {
  const first = releaseText({ version: '0.1.0', date: null, first: true, subjects });
  expect(first).toMatch(/^## 0\.1\.0 \(not released\)\n\n### Rules and moves\n\n- rules need a unit\n/);
  for (const absent of ['typo', 'fewer', 'table', 'Breaks', 'Merge']) expect(first).not.toContain(absent);
  expect(first).toContain('stars \\* and \\_lines\\_');
  const later = releaseText({ version: '0.2.0', date: '2026-12-01', first: false, subjects });
  expect(later).toContain('### Breaks\n\n- rules need a unit\n');
  expect(later).toContain('- Mended: a typo\n');
  expect(later).toContain('- Faster: fewer bytes\n');
});

it('writes out ten of a heading and counts the rest', () => {
  const many = Array.from({ length: 25 }, (_, i) => `feat(cli): thing ${i}`);
  const text = releaseText({ version: '1.0.0', date: null, first: true, subjects: many });
  expect(text.match(/^- thing/gm)).toHaveLength(10);
  expect(text).toContain('- and 15 more');
});

it('CHANGELOG.md begins with the version of the package', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(/^## (\S+)/m.exec(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'))?.[1]).toBe(version);
});
