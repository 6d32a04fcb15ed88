import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Mends the lockfiles, ours and those of the dashboard, the bundle and the site, after an `npm install`; `--check` fails when there is something to mend.
 *
 * - onnxruntime-node's install script downloads CUDA files from a host that a closed network does not reach, and npm then
 *   drops the package. npm runs a dependency's script only when the lockfile says that it has one, so ours does not say
 *   it: the CPU runtime inside the package needs no script.
 * - A registry that mirrors only some platforms leaves the other platforms' binaries out of the lockfile, and `npm ci`
 *   refuses such a file everywhere. They are named by their version, system and processor, which is all npm needs to skip
 *   or to fetch them.
 * - No registry host is named.
 */
interface Entry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  hasInstallScript?: boolean;
  resolved?: string;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

type Packages = Record<string, Entry>;

const FILES = [
  '../package-lock.json',
  '../dashboard/package-lock.json',
  '../bundle/package-lock.json',
  '../site/package-lock.json',
].map((name) => new URL(name, import.meta.url));
const problems: string[] = [];

function mend(packages: Packages): void {
  for (const [path, entry] of Object.entries(packages)) {
    if (path.endsWith('node_modules/onnxruntime-node') && entry.hasInstallScript) {
      problems.push(`${path} runs its install script`);
      delete entry.hasInstallScript;
    }
    if (entry.resolved) {
      problems.push(`${path} names a registry host`);
      delete entry.resolved;
    }
    for (const [name, version] of Object.entries(path === '' ? {} : (entry.optionalDependencies ?? {}))) {
      if (isFound(packages, path, name)) continue;
      problems.push(`${name} is missing`);
      packages[`node_modules/${name}`] = platformPackage(name, version, entry);
    }
  }
}

/** Whether a package that lies at the path gets the other one: its own, or one of a folder above. */
function isFound(packages: Packages, path: string, name: string): boolean {
  const folders = path.split('/node_modules/').map((_, i, all) => all.slice(0, i + 1).join('/node_modules/'));
  return ['', ...folders].some((folder) => `${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages);
}

/** `@scope/name-linux-x64-musl` → the fields by which npm decides whether this machine needs it. */
function platformPackage(name: string, version: string, parent: Entry): Entry {
  const [, os, cpu, variant] =
    name.match(/-(android|darwin|freebsd|linux|linuxmusl|win32)-([a-z0-9]+)(?:-([a-z0-9]+))?$/) ?? [];
  if (!os || !cpu || !/^\d+\.\d+\.\d+/.test(version)) throw new Error(`cannot tell the platform of ${name}@${version}`);
  const musl = variant === 'musl' || os === 'linuxmusl';
  return {
    version,
    os: [os === 'linuxmusl' ? 'linux' : os],
    cpu: [cpu],
    ...(os.startsWith('linux') && { libc: [musl ? 'musl' : 'glibc'] }),
    ...(parent.dev && { dev: true }),
    optional: true,
  };
}

for (const file of FILES) {
  const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Packages };
  mend(lock.packages);
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (!process.argv.includes('--check')) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
if (process.argv.includes('--check')) {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) console.error('run: npm run lockfile');
  process.exitCode = problems.length > 0 ? 1 : 0;
} else {
  console.log(problems.length > 0 ? `mended: ${problems.join('; ')}` : 'nothing to mend');
}
