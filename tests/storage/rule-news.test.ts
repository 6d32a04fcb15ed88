import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RuleChange } from '../../src/ports/records.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { sampleRule } from '../support/samples.ts';

let folder: string;
let stores: StoreThread[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-rule-news-'));
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  stores = [];
  rmSync(folder, { recursive: true, force: true });
});

/** One process, as far as the store can tell. */
function open() {
  const store = new StoreThread(join(folder, 'records.db'));
  stores.push(store);
  const heard: RuleChange[] = [];
  const stop = store.onRuleChange((change) => heard.push(change), 20);
  const { rules } = recordsOver(store);
  const write = (id: string, version: number, action: 'created' | 'deleted' = 'created') => {
    const rule = sampleRule({ rule_id: id, version });
    const entry = { rule_id: id, version, action, rule, created_at: rule.created_at, reason: null, source: null };
    return rules.write([{ entry: entry as never, expectedVersion: version - 1, remove: action === 'deleted' }]);
  };
  return { heard, write, stop };
}

it('hears of what another process did to rules, once and in its order, and not of its own', async () => {
  const [one, two] = [open(), open()];
  await one.write('rule_a', 1);
  await two.write('rule_b', 1);
  await one.write('rule_a', 2, 'deleted');
  await expect.poll(() => two.heard.length).toBe(2);
  await expect.poll(() => one.heard.length).toBe(1);
  await sleep(100);
  expect(two.heard.map(({ rule_id, action }) => [rule_id, action])).toEqual([
    ['rule_a', 'created'],
    ['rule_a', 'deleted'],
  ]);
  expect(one.heard).toEqual([expect.objectContaining({ rule_id: 'rule_b', owner: expect.any(String) })]);
});

it('tells nothing of what was there before it, and nothing once it is stopped', async () => {
  const one = open();
  await one.write('rule_a', 1);
  const two = open();
  await one.write('rule_b', 1);
  await expect.poll(() => two.heard.map(({ rule_id }) => rule_id)).toEqual(['rule_b']);
  two.stop();
  await one.write('rule_c', 1);
  await sleep(100);
  expect(two.heard).toHaveLength(1);
});

it('hears of a version that was refused here when another process has written it', async () => {
  const [one, two] = [open(), open()];
  await one.write('rule_a', 1);
  await expect(two.write('rule_a', 1)).rejects.toMatchObject({ code: 'RULES_006' });
  await one.write('rule_a', 2);
  await expect.poll(() => two.heard.length).toBeGreaterThanOrEqual(1);
  await expect.poll(() => two.heard.at(-1)?.rule_id).toBe('rule_a');
});
