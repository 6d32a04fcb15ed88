import { readFileSync } from 'node:fs';

/** A package that runs in production: one version of one name. `paths` are the places where the lockfile puts it. */
export interface ProductionPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string | null;
  readonly integrity: string | null;
  readonly paths: readonly string[];
}

interface Entry {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
}

export const LOCKFILE = new URL('../../package-lock.json', import.meta.url);

/** Every package of the lockfile that is not for development alone, those of other platforms too, by name and version. */
export function productionPackages(lockfile: URL = LOCKFILE): ProductionPackage[] {
  const { packages } = JSON.parse(readFileSync(lockfile, 'utf8')) as { packages: Record<string, Entry> };
  const found = new Map<string, ProductionPackage & { paths: string[] }>();
  for (const [path, entry] of Object.entries(packages)) {
    if (path === '' || entry.dev) continue;
    const name = entry.name ?? (path.split('node_modules/').at(-1) as string);
    const version = entry.version ?? '';
    const known = found.get(`${name}@${version}`);
    if (known) known.paths.push(path);
    else {
      const { license: licence = null, integrity = null } = entry;
      found.set(`${name}@${version}`, { name, version, licence, integrity, paths: [path] });
    }
  }
  return [...found.values()].sort((a, b) => (id(a) < id(b) ? -1 : 1));
}

export const id = (one: { name: string; version: string }) => `${one.name}@${one.version}`;
