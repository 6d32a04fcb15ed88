import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { licenceTitle } from './licences.ts';
import { id, type ProductionPackage, productionPackages } from './production-packages.ts';

interface Hash {
  alg: string;
  content: string;
}
interface Component {
  'bom-ref': string;
  type: string;
  name: string;
  version: string;
  hashes?: Hash[];
  licenses?: ({ license: { id?: string; name?: string } } | { expression: string })[];
}
export interface Sbom {
  specVersion: string;
  serialNumber?: string;
  metadata: { timestamp?: string; component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The production packages of the lockfile and the models inside the package, as CycloneDX. The same lockfile and npm give the
 * same document: it has no time and no serial number.
 *
 * `npm sbom --omit dev` leaves out packages that production needs too (npm 11.19: zod and 106 more), so those for
 * development are taken out here, by the lockfile.
 */
export function makeSbom(): Sbom {
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
  const text = execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64_000_000 });
  const sbom = JSON.parse(text) as Sbom;
  delete sbom.serialNumber;
  delete sbom.metadata.timestamp;
  const main = sbom.metadata.component;
  // npm calls it after the folder that it stands in.
  main.name = (JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { name: string }).name;

  const packages = new Map(productionPackages().map((one) => [id(one), one]));
  sbom.components = sbom.components.filter((one) => packages.has(id(one)));
  for (const one of sbom.components) {
    const name = licenceTitle(packages.get(id(one)) as ProductionPackage);
    if (!one.licenses?.length && name) one.licenses = [{ license: { name } }];
  }
  const kept = new Set([main['bom-ref'], ...sbom.components.map((one) => one['bom-ref'])]);
  sbom.dependencies = sbom.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
  sbom.components.push(...embeddedModels());
  return sbom;
}

function embeddedModels(): Component[] {
  const { models } = JSON.parse(readFileSync(`${root}/models/manifest.json`, 'utf8')) as {
    models: { name: string; version: string; file: string; sha256: string; licence: string }[];
  };
  return models
    .filter((model) => existsSync(`${root}/models/${model.file}`))
    .map(({ name, version, sha256, licence }) => ({
      'bom-ref': `model:${name}@${version}`,
      type: 'machine-learning-model',
      name,
      version,
      hashes: [{ alg: 'SHA-256', content: sha256 }],
      licenses: [{ license: { id: licence } }],
    }));
}

/** What the document lacks of these packages: the package itself, its licence, the hash by which npm checks it. */
export function sbomProblems(sbom: Sbom, packages: readonly ProductionPackage[]): string[] {
  const components = new Map(sbom.components.map((one) => [id(one), one]));
  return packages.flatMap((one) => {
    const component = components.get(id(one));
    if (!component) return [`${id(one)} is missing`];
    const hash = one.integrity && Buffer.from(one.integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
    return [
      ...(component.licenses?.length ? [] : [`${id(one)} has no licence`]),
      ...(component.hashes?.some(({ alg, content }) => alg === 'SHA-512' && content === hash)
        ? []
        : [`${id(one)} has no hash, or another than the lockfile`]),
    ];
  });
}
