import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleName, stageBundle } from './release/bundle.ts';

/**
 * `npm run bundle:mcpb [-- FOLDER]`: the program for this machine's kind as one file that Claude Desktop installs, checked and packed
 * by the official tool, whose own packages are installed in bundle/ when they are first needed. Prints size and sha256.
 * Exit status 3: the tool cannot be installed here.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const tool = join(root, 'bundle', 'node_modules', '@anthropic-ai', 'mcpb', 'dist', 'cli', 'cli.js');

function run(command: string, args: readonly string[], cwd = root): boolean {
  const shell = process.platform === 'win32' && command === 'npm';
  return spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], shell }).status === 0;
}

function must(command: string, args: readonly string[]): void {
  if (!run(command, args)) throw new Error(`${command} ${args.join(' ')} failed`);
}

const installed =
  existsSync(tool) || run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], join(root, 'bundle'));
if (installed) await bundle();
else {
  console.error('The tool @anthropic-ai/mcpb cannot be installed here: is there a network?');
  process.exitCode = 3;
}

async function bundle(): Promise<void> {
  if (!existsSync(join(root, 'dist', 'src', 'main.js'))) must('npm', ['run', '-s', 'build']);
  const out = resolve(process.argv[2] ?? join(root, 'out'));
  mkdirSync(out, { recursive: true });
  const stage = mkdtempSync(join(tmpdir(), 'h200-bundle-'));
  try {
    await stageBundle(stage);
    const file = join(out, bundleName());
    must(process.execPath, [tool, 'validate', join(stage, 'manifest.json')]);
    must(process.execPath, [tool, 'pack', stage, file]);
    const mega = (statSync(file).size / 1_000_000).toFixed(1);
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    console.log(`${file}\n${mega} MB, sha256 ${sha256}`);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}
