import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AnalyzeRequest } from '../../src/contract/analyze-request.ts';
import { AppError } from '../../src/errors.ts';
import { run } from '../../src/main.ts';
import { sampleAnalysis } from '../support/samples.ts';

/** Photos are texts here: BAD is refused, DOWN fails, anything else becomes the id of its analysis. */
const analyze = async (_call: unknown, { bytes }: AnalyzeRequest & { bytes?: Uint8Array }) => {
  const text = Buffer.from(bytes ?? []).toString();
  if (text === 'BAD') throw new AppError('VALIDATION_003');
  if (text === 'DOWN') throw new AppError('ANALYSIS_003');
  return sampleAnalysis({ analysis_id: `ana_${text}` });
};
vi.mock('../../src/cli/with-app.ts', () => ({
  withApp: (command: (app: unknown) => unknown) => command({ services: { analyses: { analyze } } }),
}));
vi.mock('../../src/cli/progress-bar.ts', () => ({
  progressBar: (total: number, wanted: boolean) => ({ visible: wanted && total > 1, advance() {}, stop() {} }),
}));

let folder: string;
let out: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-analyze-'));
  out = [];
  const written = (text: unknown) => out.push(String(text)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(written);
  vi.spyOn(process.stderr, 'write').mockImplementation(written);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function photo(text: string): string {
  const path = join(folder, `${text}.jpg`);
  writeFileSync(path, text);
  return path;
}

it('puts each result and each error under its own input, in a terminal with a progress bar too', async () => {
  const [bad, one, two] = [photo('BAD'), photo('one'), photo('two')];
  expect(await run(['analyze', one, bad, two])).toBe(2);
  const heads = out.map((text) => text.split('\n')[0]);
  expect(heads).toEqual([
    expect.stringMatching(/one\.jpg .* ana_one$/),
    expect.stringMatching(/BAD\.jpg: VALIDATION_003: /),
    expect.stringMatching(/two\.jpg .* ana_two$/),
  ]);
});

it('answers several images with one array that has an entry for each', async () => {
  const [bad, one] = [photo('BAD'), photo('one')];
  expect(await run(['analyze', bad, one, '--json'])).toBe(2);
  expect(JSON.parse(out[0] ?? '')).toEqual([
    { input: bad, error: { code: 'VALIDATION_003', message: expect.any(String), advice: expect.any(String) } },
    { input: one, analysis: sampleAnalysis({ analysis_id: 'ana_one' }) },
  ]);
});

it('answers one image with the bare analysis, or with what is wrong with it', async () => {
  const [bad, one] = [photo('BAD'), photo('one')];
  expect(await run(['analyze', one, '--json'])).toBe(0);
  expect(JSON.parse(out.shift() ?? '')).toEqual(sampleAnalysis({ analysis_id: 'ana_one' }));
  expect(await run(['analyze', bad, '--json'])).toBe(2);
  expect(JSON.parse(out[0] ?? '')).toEqual({ input: bad, error: expect.objectContaining({ code: 'VALIDATION_003' }) });
});

it('ends with the highest status of all images', async () => {
  const [bad, down, one] = [photo('BAD'), photo('DOWN'), photo('one')];
  expect(await run(['analyze', one, one])).toBe(0);
  expect(await run(['analyze', down, one])).toBe(1);
  expect(await run(['analyze', bad, down, one])).toBe(2);
});
