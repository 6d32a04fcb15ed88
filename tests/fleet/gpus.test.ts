import { describe, expect, it } from 'vitest';
import { matching, shortName } from '../../src/fleet/gpus.ts';
import { CATALOG, offer } from './in-memory-cloud.ts';

const ids = (type: 'timed' | 'serverless', name: string, catalog = CATALOG) =>
  matching(catalog, type, name).map(({ id }) => id);

describe('names of GPUs', () => {
  it.each([
    ['H200', ['NVIDIA H200', 'NVIDIA H200 NVL']],
    ['h200', ['NVIDIA H200', 'NVIDIA H200 NVL']],
    ['NVIDIA H200', ['NVIDIA H200']],
    ['H200 NVL', ['NVIDIA H200 NVL']],
    ['H100', ['NVIDIA H100 80GB HBM3', 'NVIDIA H100 PCIe']],
    ['a100', ['NVIDIA A100-SXM4-80GB', 'NVIDIA A100 80GB PCIe']],
    ['4090', ['NVIDIA GeForce RTX 4090']],
    ['L4', ['NVIDIA L4']],
    ['H', []],
    ['', []],
    ['H2', []],
  ])('%s', (name, expected) => {
    expect(ids('timed', name)).toEqual(expected);
  });

  it('the cheaper of those that say as much', () => {
    const more = [offer('NVIDIA L40S', 0.9), offer('NVIDIA L40', 0.8), offer('NVIDIA H100 NVL', 2.1), ...CATALOG];
    expect(ids('timed', 'L40', more)).toEqual(['NVIDIA L40']);
    expect(ids('timed', 'H100', more)).toEqual(['NVIDIA H100 80GB HBM3', 'NVIDIA H100 NVL', 'NVIDIA H100 PCIe']);
  });

  it('serverless ones are rented by pool: each once, and none without', () => {
    expect(ids('serverless', 'H200')).toEqual(['NVIDIA H200']);
    expect(ids('serverless', 'HOPPER_141')).toEqual(['NVIDIA H200']);
    expect(ids('serverless', 'X1', [offer('NVIDIA X1', 1)])).toEqual([]);
  });

  it('words of any order, and short names that lead back', () => {
    const pro = offer('NVIDIA RTX PRO 6000 Blackwell Server Edition', 1.8);
    expect(ids('timed', 'RTX 6000 PRO', [pro])).toEqual([pro.id]);
    for (const one of CATALOG) expect(ids('timed', shortName(one))[0]).toBe(one.id);
  });
});
