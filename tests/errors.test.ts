import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { AppError, ERRORS, type ErrorCode, toAppError } from '../src/errors.ts';

describe('error catalogue', () => {
  it('has a message, advice and a sensible status for every code', () => {
    for (const [code, spec] of Object.entries(ERRORS)) {
      expect(code).toMatch(/^[A-Z_]+(_\d{3})?$/);
      expect(spec.message, code).toMatch(/^[A-Z].*\.$/);
      expect(spec.advice, code).toMatch(/^[A-Z].*\.$/);
      expect(spec.http, code).toBeGreaterThanOrEqual(400);
      expect(spec.type, code).toMatch(/^[a-z_]+$/);
    }
  });

  // Wire-visible: changing one of these breaks clients.
  it.each<[ErrorCode, number]>([
    ['VALIDATION_003', 415],
    ['VALIDATION_004', 413],
    ['VALIDATION_005', 422],
    ['TOO_MANY_FILES', 422],
    ['ANALYSIS_001', 503],
    ['ANALYSIS_003', 504],
    ['RULES_001', 404],
    ['RULES_004', 422],
    ['SYSTEM_002', 503],
    ['AUTH_001', 401],
  ])('%s is HTTP %i', (code, http) => {
    expect(ERRORS[code].http).toBe(http);
  });

  it('shows code, message, advice, details and when to retry; never the cause', () => {
    const error = new AppError('SYSTEM_002', { details: { waiting: 9 }, retryAfterS: 2, cause: new Error('inner') });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'SYSTEM_002',
      type: 'overloaded',
      message: ERRORS.SYSTEM_002.message,
      advice: ERRORS.SYSTEM_002.advice,
      details: { waiting: 9 },
      retry_after_s: 2,
    });
  });

  it('turns anything thrown into a catalogue error without its text', () => {
    const app = new AppError('RULES_001');
    expect(toAppError(app)).toBe(app);
    expect(toAppError(new DOMException('stop', 'AbortError')).code).toBe('ANALYSIS_006');
    for (const thrown of [new Error('secret path'), 'secret', null, 7]) {
      const error = toAppError(thrown);
      expect(error.code).toBe('SYSTEM_003');
      expect(JSON.stringify(error)).not.toContain('secret');
    }
  });
});

it('a part of the program that cannot be loaded is said to be damaged; what text cannot be read as is not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'h200-damaged-'));
  writeFileSync(join(folder, 'cut.mjs'), 'export const a = [1, 2');
  const load = (name: string) => `import(${JSON.stringify(pathToFileURL(join(folder, name)).href)})`;
  // The test runner loads files in its own way.
  const program = `
    const { toAppError } = await import(${JSON.stringify(new URL('../src/errors.ts', import.meta.url).href)});
    const said = [];
    for (const work of [() => ${load('cut.mjs')}, () => ${load('gone.mjs')}, async () => JSON.parse('{')])
      await work().catch((thrown) => said.push(toAppError(thrown).message));
    console.log(JSON.stringify(said));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  const damaged = 'A part of the program is damaged or missing.';
  expect(JSON.parse(said)).toEqual([damaged, damaged, new AppError('SYSTEM_003').message]);
});
