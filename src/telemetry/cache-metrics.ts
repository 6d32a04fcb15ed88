import { Counter, Gauge, type Registry } from 'prom-client';
import type { CacheStatistics } from '../ports/cache.ts';

type Values = readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];

/** What the layers of the cache count, read when somebody looks. */
export function observeCache(registry: Registry, statistics: () => CacheStatistics): void {
  const layers = (of: (s: { hits: number; misses: number }) => number): Values => {
    const { memory, shared } = statistics();
    return [[{ layer: 'memory' }, of(memory)], ...(shared ? ([[{ layer: 'redis' }, of(shared)]] as const) : [])];
  };
  const inMemory = (of: (s: CacheStatistics['memory']) => number): Values => [
    [{ layer: 'memory' }, of(statistics().memory)],
  ];
  const counter = (name: string, help: string, labelNames: string[], read: () => Values) =>
    new Counter({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.inc(labels, value);
      },
    });
  const gauge = (name: string, help: string, labelNames: string[], read: () => Values) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.set(labels, value);
      },
    });
  const layer = ['layer'];
  counter('h200_cache_layer_hits_total', 'Entries that a layer of the cache had', layer, () => layers((s) => s.hits));
  counter('h200_cache_layer_misses_total', 'Entries that it had not', layer, () => layers((s) => s.misses));
  counter('h200_cache_evictions_total', 'Entries that gave way', layer, () => inMemory((s) => s.evictions));
  counter('h200_cache_promotions_total', 'Entries of Redis that are kept here too', [], () => [
    [{}, statistics().memory.promoted],
  ]);
  gauge('h200_cache_entries', 'Entries that are there', layer, () => inMemory((s) => s.entries));
  gauge('h200_cache_bytes', 'Bytes that they take', layer, () => inMemory((s) => s.bytes));
  if (statistics().shared === null) return;
  counter('h200_cache_errors_total', 'Calls of Redis without an answer; each was a miss', ['kind'], () =>
    Object.entries(statistics().shared?.errors ?? {}).map(([kind, value]) => [{ kind }, value]),
  );
  gauge('h200_redis_up', '1 while Redis answers', [], () => [[{}, statistics().shared?.state === 'connected' ? 1 : 0]]);
}
