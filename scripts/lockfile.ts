import { readFileSync, writeFileSync } from 'node:fs';

/**
 * onnxruntime-node's install script downloads CUDA files from a host that a closed network does not reach, and npm then
 * drops the package. npm runs a dependency's script only when the lockfile says that it has one, so ours does not say it:
 * the CPU runtime inside the package needs no script. `--check` fails when an `npm install` brought the mark back.
 */
const file = new URL('../package-lock.json', import.meta.url);
const text = readFileSync(file, 'utf8');
const lock = JSON.parse(text) as { packages: Record<string, { hasInstallScript?: boolean; resolved?: string }> };
const problems: string[] = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path.endsWith('node_modules/onnxruntime-node') && entry.hasInstallScript) {
    problems.push(`${path} runs its install script`);
    delete entry.hasInstallScript;
  }
  if (entry.resolved) {
    problems.push(`${path} names a registry host`);
    delete entry.resolved;
  }
}
if (process.argv.includes('--check')) {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) console.error('run: npm run lockfile');
  process.exitCode = problems.length > 0 ? 1 : 0;
} else {
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(problems.length > 0 ? `mended: ${problems.join('; ')}` : 'nothing to mend');
}
