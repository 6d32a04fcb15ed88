import { describe, expect, it } from 'vitest';
import {
  CODE_SIDE,
  isWhite,
  MARKER_SHEETS,
  PAPERS,
  sheetTag,
  TAG_CODES,
  TAG_SIDE,
} from '../../../src/scene/markers/sheet.ts';

type Code = readonly boolean[];
const N = CODE_SIDE;
const codeOf = (id: number): Code =>
  Array.from({ length: N * N }, (_, i) => isWhite(id, Math.floor(i / N) + 1, (i % N) + 1));
const turned = (c: Code): Code => c.map((_, i) => c[(N - 1 - (i % N)) * N + Math.floor(i / N)]!);
const mirrored = (c: Code): Code => c.map((_, i) => c[Math.floor(i / N) * N + (N - 1 - (i % N))]!);
const all = (c: Code): Code[] => [c, turned(c), turned(turned(c)), turned(turned(turned(c)))];
const apart = (a: Code, b: Code) => a.filter((v, i) => v !== b[i]).length;

describe('codes', () => {
  it('differ in eight modules from each other, however they are turned or mirrored, and from themselves', () => {
    const families = TAG_CODES.map((_, id) => [...all(codeOf(id)), ...all(mirrored(codeOf(id)))]);
    for (const [i, family] of families.entries()) {
      for (const other of family.slice(1)) expect(apart(family[0]!, other)).toBeGreaterThanOrEqual(8);
      for (const later of families.slice(i + 1)) {
        for (const other of later) expect(apart(family[0]!, other)).toBeGreaterThanOrEqual(8);
      }
    }
  });
});

describe.each(PAPERS)('the sheet on %s', (paper) => {
  const sheet = MARKER_SHEETS[paper];
  it('has tags of its own, told by their ids', () => {
    for (const tag of sheet.tags) expect(sheetTag(tag.id)).toEqual(tag);
    const others = PAPERS.filter((p) => p !== paper).flatMap((p) => MARKER_SHEETS[p].tags.map((t) => t.id));
    expect(sheet.tags.filter((t) => others.includes(t.id))).toEqual([]);
  });

  it('leaves white paper around each tag, and room for the line and its words below', () => {
    for (const a of sheet.tags) {
      const module = a.side / TAG_SIDE;
      for (const b of sheet.tags) {
        if (a === b) continue;
        const gap = Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) - a.side;
        expect(gap).toBeGreaterThan(0.8 * module);
      }
      expect(Math.min(a.x, a.y, sheet.width - a.x - a.side)).toBeGreaterThan(module);
      expect(sheet.height - a.y - a.side).toBeGreaterThan(28);
    }
  });
});

it('knows no tag of another number', () => {
  expect(sheetTag(TAG_CODES.length)).toBeUndefined();
  expect(sheetTag(-1)).toBeUndefined();
});
