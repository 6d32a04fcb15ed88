import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Packed, packageProblems } from './release/package-content.ts';
import { testAsset } from './test-assets.ts';

/**
 * Packs the package and installs it in an empty folder as a user of npx would, on whatever network there is: the runtime's
 * install script may fail. It must hold what it should and nothing else (release/package-content.ts), and carry its SBOM and the built dashboard. Then the installed program must show its version, read a rule and analyse an example.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'h200-package-'));
const models = testAsset('models');
const env: NodeJS.ProcessEnv = {
  ...process.env,
  // A user's Node must be new enough by itself: the repository's own Node stands in for it.
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
  H200_DATA_DIR: join(folder, 'data'),
  ...(models && { H200_MODELS_DIR: models }),
};
const run = (command: string, args: string[], cwd = folder) =>
  execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 600_000 });

try {
  run('npm', ['run', 'sbom'], root);
  run('npm', ['run', 'dashboard:build'], root);
  const said = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root);
  checkContent(packedOf(said));
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (!tarball) throw new Error('npm pack made no file');
  writeFileSync(join(folder, 'package.json'), '{"name":"user","private":true}');
  run('npm', ['install', '--no-audit', '--no-fund', join(folder, tarball)]);
  const sbom = join(folder, 'node_modules', 'h200-mug-positioning', 'sbom.cdx.json');
  const { components } = JSON.parse(readFileSync(sbom, 'utf8')) as { components: unknown[] };
  if (!existsSync(join(folder, 'node_modules', 'h200-mug-positioning', 'dashboard', 'dist', 'index.html')))
    throw new Error('the package carries no dashboard');
  console.log(`${components.length} components in the list of what it is made of`);
  const program = join('node_modules', '.bin', 'h200-mug');
  console.log('version', run(program, ['--version']).trim());
  console.log(run(program, ['rules', 'parse', 'Keep mugs at least 6 inches away from laptops']).trim());
  const analysis = JSON.parse(run(program, ['analyze', join(root, 'examples', 'mug-too-close.jpg'), '--json'])) as {
    model: { name: string; provider: string };
    objects: unknown[];
  };
  console.log(`analysed with ${analysis.model.name} on ${analysis.model.provider}: ${analysis.objects.length} objects`);
  if (analysis.objects.length === 0) throw new Error('nothing was found on the example');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A list with it, or an object with it under its name: as the version of npm has it. */
function packedOf(json: string): Packed {
  const [packed] = Object.values(JSON.parse(json) as Record<string, Packed>);
  if (!packed) throw new Error('npm pack said nothing of the package');
  return packed;
}

function checkContent(packed: Packed): void {
  const problems = packageProblems(packed, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const mega = (bytes: number) => (bytes / 1_000_000).toFixed(1);
  console.log(`${packed.entryCount} files, ${mega(packed.size)} MB packed, ${mega(packed.unpackedSize)} MB unpacked`);
  if (problems.length > 0) throw new Error(`the package is not as it should be:\n${problems.join('\n')}`);
}
