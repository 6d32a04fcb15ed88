import { expect, it } from 'vitest';
import { dashboardPackages, dashboardProblems } from '../../scripts/supply/dashboard-licences.ts';
import { licenceProblems } from '../../scripts/supply/licences.ts';
import { type ProductionPackage, productionPackages } from '../../scripts/supply/production-packages.ts';

const named = (name: string, licence: string | null): ProductionPackage => ({
  name,
  version: '1.0.0',
  licence,
  integrity: null,
  paths: [],
});

it('every production package has a licence that is allowed', () => {
  expect(licenceProblems(productionPackages())).toEqual([]);
});

it.each(['MIT', '(MIT OR GPL-3.0-only)', '(MIT OR CC0-1.0)', 'Apache-2.0 AND MIT'])('%s is allowed', (licence) => {
  expect(licenceProblems([named('x', licence)])).toEqual([]);
});

it.each([
  'GPL-3.0-only',
  'AGPL-3.0-or-later',
  'LGPL-3.0-or-later',
  'MIT AND GPL-2.0-only',
  'UNLICENSED',
  'SEE LICENSE IN X',
  '',
  null,
])('%s is not', (licence) =>
  expect(licenceProblems([named('x', licence)])).toEqual([expect.stringContaining('x@1.0.0')]),
);

it('an exception holds for its package and for the licence that was read', () => {
  const libvips = '@img/sharp-libvips-linux-x64';
  expect(licenceProblems([named(libvips, 'LGPL-3.0-or-later')])).toEqual([]);
  expect(licenceProblems([named(libvips, 'GPL-3.0-or-later')])).toHaveLength(1);
  expect(licenceProblems([named('left-pad', 'LGPL-3.0-or-later')])).toHaveLength(1);
});

it('what the dashboard is built of has a licence that is allowed', () => {
  expect(dashboardPackages().length).toBeGreaterThan(100);
  expect(dashboardProblems(dashboardPackages())).toEqual([]);
  expect(dashboardProblems([named('lightningcss', 'GPL-3.0-only')])).toHaveLength(1);
});
