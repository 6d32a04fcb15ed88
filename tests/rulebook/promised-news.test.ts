import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBus } from '../../src/events/bus.ts';
import type { BusEvent } from '../../src/ports/bus.ts';
import type { Records } from '../../src/ports/records.ts';
import { PromisedNews } from '../../src/rulebook/promised-news.ts';
import { createRuleBook } from '../../src/rulebook/service.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { changeRule, makeRule, removeRule } from '../support/caller.ts';

const ann = { user: 'ann' };
const SENTENCE = { text: 'Keep mugs at least 6 inches away from laptops' };
let records: Records;
let told: BusEvent[];
let clock: Date;
beforeEach(() => {
  records = recordsOver(new StoreThread(':memory:'));
  told = [];
  clock = new Date('2026-03-02T10:00:00Z');
});
afterEach(() => records.close());

/** One process: its rules, and what it tells of others'. `dies`: the process is killed where it would tell. */
function process({ dies = false } = {}) {
  const keep = async (event: BusEvent) => void told.push(event);
  const bus = createBus(
    () => {},
    () => clock,
    dies ? () => new Promise<void>(() => {}) : keep,
  );
  const { rules, evaluations, registry } = records;
  const news = new PromisedNews({ registry, rules, bus, now: () => clock });
  return { news, book: createRuleBook({ records: rules, evaluations, bus, news, now: () => clock }) };
}
const notes = () => records.registry.count('rule_news', null);
const ofRules = () => told.map((event) => [event.id, event.type === 'rule_changed' && event.action]);

it('a change that is told leaves nothing behind', async () => {
  const { book, news } = process();
  const { rule } = await makeRule(book, SENTENCE, ann);
  await changeRule(book, rule.rule_id, { priority: 9 }, ann);
  await removeRule(book, rule.rule_id, ann);
  expect(told).toHaveLength(3);
  expect(await notes()).toBe(0);
  expect(await news.tellLeft(0)).toBe(0);
});

it('a change whose process was killed before it told is told by another, as the same event', async () => {
  const living = process();
  const { rule } = await makeRule(living.book, SENTENCE, ann);
  void changeRule(process({ dies: true }).book, rule.rule_id, { priority: 9 }, ann);
  await expect.poll(async () => (await records.rules.history(rule.rule_id)).versions.length).toBe(2);
  expect(told).toHaveLength(1);

  clock = new Date(clock.getTime() + 5000);
  expect(await living.news.tellLeft(10_000)).toBe(0);
  clock = new Date(clock.getTime() + 6000);
  expect(await living.news.tellLeft(10_000)).toBe(1);
  expect(ofRules()).toEqual([
    [`evt_${rule.rule_id}_1`, 'created'],
    [`evt_${rule.rule_id}_2`, 'updated'],
  ]);
  expect(await notes()).toBe(0);
  // Doing it again changes nothing, and needs to tell nothing.
  await changeRule(living.book, rule.rule_id, { priority: 9 }, ann);
  expect(told).toHaveLength(2);
});

it('what was promised and not written is told to nobody', async () => {
  const { book, news } = process();
  const { rule } = await makeRule(book, SENTENCE, ann);
  await news.promise([{ rule_id: rule.rule_id, version: 2, action: 'updated' }]);
  clock = new Date(clock.getTime() + 60_000);
  expect(await news.tellLeft(10_000)).toBe(0);
  expect([told.length, await notes()]).toEqual([1, 0]);
});

it('of two who change one rule at once, each version is told once', async () => {
  const [one, two] = [process(), process()];
  const { rule } = await makeRule(one.book, SENTENCE, ann);
  await Promise.all(
    [1, 2, 3, 4].map((n) => changeRule((n % 2 ? one : two).book, rule.rule_id, { priority: n }, ann).catch(() => null)),
  );
  const { versions } = await records.rules.history(rule.rule_id);
  expect(ofRules().toSorted()).toEqual(versions.map((v) => [`evt_${rule.rule_id}_${v.version}`, v.action]).toSorted());
  expect(await notes()).toBe(0);
});

it('many at once are a few notes', async () => {
  const { news } = process();
  const changes = Array.from({ length: 2500 }, (_, n) => ({
    rule_id: `rule_${n}`,
    version: 1,
    action: 'created' as const,
  }));
  const ids = await news.promise(changes);
  expect([ids.length, await notes()]).toEqual([3, 3]);
  await news.keep(ids);
  expect(await notes()).toBe(0);
});
