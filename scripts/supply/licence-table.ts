import { EXCEPTIONS, exceptionOf, licenceTitle } from './licences.ts';
import { id, type ProductionPackage, productionPackages } from './production-packages.ts';

export interface LicenceRow {
  readonly licence: string;
  readonly packages: readonly string[];
}

/** Packages by licence, the most common first. */
export function packagesByLicence(packages: readonly ProductionPackage[] = productionPackages()): LicenceRow[] {
  const rows = new Map<string, string[]>();
  for (const one of packages) {
    const title = licenceTitle(one) ?? 'none';
    rows.set(title, [...(rows.get(title) ?? []), id(one)]);
  }
  return [...rows]
    .map(([licence, packages]) => ({ licence, packages }))
    .sort((a, b) => b.packages.length - a.packages.length || (a.licence < b.licence ? -1 : 1));
}

/** The packages that need a reason, with it. */
export function licenceExceptions(): { packages: string[]; licence: string; why: string }[] {
  const packages = productionPackages();
  return EXCEPTIONS.map((exception) => ({
    packages: packages.filter((one) => exceptionOf(one) === exception).map((one) => one.name),
    licence: exception.title ?? exception.licence,
    why: exception.why,
  }));
}
