import { id, type ProductionPackage } from './production-packages.ts';

/**
 * Packages of which production holds more than one version, and why. No range of their users holds both, so `npm dedupe`
 * finds nothing to merge; overrides would force it only in a clone, because npm reads them in the root project alone.
 */
export const KNOWN_DUPLICATES: Readonly<Record<string, string>> = {
  'content-type': '1 by the v1 MCP SDK, 2 by express and its parts',
  cookie: '0.7 by express, 2 by light-my-request (fastify)',
  'fast-uri': '3 by ajv, 4 by the compilers of fastify',
  'ipaddr.js': '1.9 by proxy-addr (express), 2 by us: its 1.9 knows fewer of the ranges that are refused',
  'type-fest': '0.20 by serialize-error (the ONNX runtime), 5 by the page of the API, both of them types only',
  undici: '7 by us, which runs on Node 22.18; 8 by the page of the API',
};

/** Names with several versions, and these. */
export function duplicates(packages: readonly ProductionPackage[]): Record<string, string[]> {
  const versions = new Map<string, string[]>();
  for (const one of packages) versions.set(one.name, [...(versions.get(one.name) ?? []), id(one)]);
  return Object.fromEntries([...versions].filter(([, ids]) => ids.length > 1));
}

/** How many places hold a package beyond the first of its name. */
export const extraCopies = (packages: readonly ProductionPackage[]) =>
  packages.reduce((sum, one) => sum + one.paths.length, 0) - new Set(packages.map((one) => one.name)).size;
