import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { giveUp, RESERVE_BYTES, reserveOf, setAside } from '../../src/storage/sqlite/space-reserve.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-reserve-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('sets the space aside beside a store in a file, and gives it up once', () => {
  const file = join(folder, 'records.db');
  setAside(file);
  expect(statSync(reserveOf(file)).size).toBe(RESERVE_BYTES);
  expect(giveUp(file)).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
  expect(giveUp(file)).toBe(false);
});

it('leaves no file beside a store in memory', () => {
  setAside(':memory:');
  expect(existsSync(reserveOf(':memory:'))).toBe(false);
});
