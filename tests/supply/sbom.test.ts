import { beforeAll, describe, expect, it } from 'vitest';
import { productionPackages } from '../../scripts/supply/production-packages.ts';
import { makeSbom, type Sbom, sbomProblems } from '../../scripts/supply/sbom.ts';
import { schemaError } from '../../scripts/supply/validate-sbom.ts';

const packages = productionPackages();
let sbom: Sbom;
beforeAll(() => {
  sbom = makeSbom();
});

it('holds every production package with licence and hash, and is CycloneDX', async () => {
  expect(packages.length).toBeGreaterThan(150);
  expect(sbomProblems(sbom, packages)).toEqual([]);
  expect(await schemaError(sbom)).toBeNull();
});

it('holds nothing that is for development alone', () => {
  const names = sbom.components.map(({ name }) => name);
  expect(names).toContain('zod');
  expect(names).not.toContain('vitest');
});

it('names the program and the model inside it', () => {
  expect(sbom.metadata.component.name).toBe('h200-mug-positioning');
  expect(sbom.components.find(({ name }) => name === 'desk-detector')).toMatchObject({
    type: 'machine-learning-model',
    licenses: [{ license: { id: 'MIT' } }],
  });
});

it('depends only on what it holds, and says the same twice', () => {
  const refs = new Set(sbom.components.map((one) => one['bom-ref']));
  expect(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual([]);
  expect(JSON.stringify(makeSbom())).toBe(JSON.stringify(sbom));
});

describe('the check', () => {
  const without = (change: (copy: Sbom) => void) => {
    const copy = structuredClone(sbom);
    change(copy);
    return copy;
  };
  const zod = (copy: Sbom) => copy.components.find(({ name }) => name === 'zod')!;

  it.each<[string, (copy: Sbom) => void, RegExp]>([
    ['a package that is missing', (copy) => copy.components.splice(copy.components.indexOf(zod(copy)), 1), /missing/],
    ['another version', (copy) => Object.assign(zod(copy), { version: '0.0.1' }), /missing/],
    ['no licence', (copy) => Object.assign(zod(copy), { licenses: [] }), /no licence/],
    ['another hash', (copy) => Object.assign(zod(copy).hashes![0]!, { content: 'ab'.repeat(64) }), /hash/],
  ])('sees %s', (_what, change, problem) => {
    expect(sbomProblems(without(change), packages)).toEqual([expect.stringMatching(problem)]);
  });

  it('sees what the schema forbids', async () => {
    expect(await schemaError(without((copy) => Object.assign(zod(copy), { type: 'mug' })))).toMatch(/enum|allowed/);
  });
});
