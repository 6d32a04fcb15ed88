import { expect, it } from 'vitest';
import { capacityTable, cpuRow, gpuRow } from '../../bench/support/capacity-table.ts';

const costs = { modelCpuS: 0.3, totalCpuS: 0.4, queueCpuS: 0.1 };

it('a machine without a GPU does everything by its processors', () => {
  const row = cpuRow('4 vCPUs', 0.36, costs, 4);
  expect(row.photosPerS).toBeCloseTo(8);
  // 28,800 photos an hour for 36 cents.
  expect(row.perMillion).toBeCloseTo(12.5);
  expect(row.measuredPhotosPerS).toBeNull();
});

it('beside a GPU the processors do the rest, and what was not measured is null', () => {
  const row = gpuRow({ name: 'H200 SXM', price_per_hour: 3.6 }, costs, { vcpus: 8 });
  expect(row.photosPerS).toBeCloseTo(40);
  expect(row.perMillion).toBeCloseTo(25);
  expect(row.modelMayTakeMs).toBeCloseTo(25);
  expect(row.measuredPhotosPerS).toBeNull();
  expect(gpuRow({ name: 'x', price_per_hour: null }, costs, { vcpus: 8 }).perMillion).toBeNull();
  expect(capacityTable([row])).toContain('| H200 SXM | 3.60 | 40.0 | 25 | 25 | null: not run there |');
});
