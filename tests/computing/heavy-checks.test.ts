import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app/create-app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { refusal } from '../image/test-images.ts';
import { localCall } from '../support/caller.ts';
import { boxes, drafts, SCALE, SIZE } from './heavy-desk.ts';

let app: App;
let folder: string;
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(env: Record<string, string> = {}) {
  folder = mkdtempSync(join(tmpdir(), 'h200-heavy-'));
  app = await createApp(loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: folder, ...env }));
  return app.services;
}

const everything = ['mug', 'laptop', 'keyboard', 'mouse', 'book', 'bottle', 'coaster', 'phone'];
const heavy = () => ({
  detections: boxes(200),
  size: SIZE,
  calibration: SCALE,
  movable: everything,
  extra_rules: drafts(8, 10),
  store: false,
  use_cache: false,
});

/** The longest time that no timer came, and all of it, ms. */
async function held(work: () => Promise<unknown>) {
  const begun = performance.now();
  let [last, longest] = [begun, 0];
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  await work();
  clearInterval(timer);
  longest = Math.max(longest, performance.now() - last);
  return { longest, all: performance.now() - begun };
}

it('a heavy check does not hold up everybody else', async () => {
  const { analyses } = await open({ H200_TIMEOUT_MS: '120000' });
  const { longest, all } = await held(() => Promise.all([1, 2, 3].map(() => analyses.analyze(localCall, heavy()))));
  expect(all).toBeGreaterThan(400);
  expect(longest).toBeLessThan(all / 3);
});

it('nor do the conflicts of hundreds of rules', async () => {
  const { rules } = await open();
  const at = new Date().toISOString();
  const document = {
    version: 1,
    rules: drafts(300, 10).map((draft, i) => {
      const rule_id = `rule_${[...String(i).padStart(6, '0')].map((digit) => 'abcdefghjk'[Number(digit)]).join('')}`;
      return { ...draft, rule_id, enabled: true, version: 1, created_at: at, updated_at: at, created_by: 'x' };
    }),
  };
  await rules.import(localCall, document);
  const { longest, all } = await held(() => rules.conflicts(localCall));
  expect(all).toBeGreaterThan(400);
  expect(longest).toBeLessThan(all / 3);
});

it('is answered when the time is up, and the server goes on', async () => {
  const { analyses } = await open({ H200_TIMEOUT_MS: '1000' });
  const begun = performance.now();
  const errors = await Promise.all([1, 2, 3, 4].map(() => refusal(analyses.analyze(localCall, heavy()))));
  // Those whose turn did not come were not begun.
  expect(errors.map(({ code }) => code)).toContain('ANALYSIS_003');
  expect(errors.filter(({ code }) => code !== 'ANALYSIS_003' && code !== 'SYSTEM_002')).toEqual([]);
  expect(performance.now() - begun).toBeLessThan(2500);
  const small = { ...heavy(), detections: boxes(4), extra_rules: drafts(1, 1) };
  expect((await analyses.analyze(localCall, small)).objects).toHaveLength(4);
});
