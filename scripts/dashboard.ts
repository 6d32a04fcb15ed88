import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isCurrent, markBuilt } from './dashboard-age.ts';
import { openApiDocument } from './dashboard-document.ts';

/**
 * The dashboard has tools of its own (`dashboard/package.json`), which are installed when they are first needed:
 * `build` (`--if-needed`: only where there is none of these sources, and without it the server starts all the same), `dev`, `test`,
 * `screenshots`, `client`.
 */
const folder = fileURLToPath(new URL('../dashboard', import.meta.url));
const [what = '', ...rest] = process.argv.slice(2);

function npm(args: readonly string[], input?: string): void {
  const { status } = spawnSync('npm', args, {
    cwd: folder,
    ...(input !== undefined && { input }),
    stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in dashboard/`);
}

/** As the lockfile says, again when that has changed. */
function install(): void {
  const mark = `${folder}/node_modules/.h200-lock`;
  const lock = hash('sha256', readFileSync(`${folder}/package-lock.json`));
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(mark, lock);
}

async function run(): Promise<void> {
  switch (what) {
    case 'build':
      if (rest.includes('--if-needed') && isCurrent(folder)) return;
      install();
      npm(['run', '-s', 'build']);
      return markBuilt(folder);
    case 'dev':
      install();
      return npm(['run', '-s', rest.includes('--mocked') ? 'dev:mocked' : 'dev']);
    case 'test':
      install();
      return npm(['run', '-s', 'test', '--', ...rest]);
    case 'screenshots':
      install();
      return npm(['run', '-s', 'screenshots', '--', ...rest]);
    case 'client': {
      install();
      return npm(['run', '-s', 'client'], await openApiDocument());
    }
    default:
      throw new Error(
        'usage: node scripts/dashboard.ts build [--if-needed] | dev [--mocked] | test | screenshots [ADDRESS] | client',
      );
  }
}

try {
  await run();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  if (rest.includes('--if-needed')) {
    const which = existsSync(`${folder}/dist/index.html`)
      ? 'with the dashboard of an earlier version'
      : 'without the dashboard';
    console.error(`The server starts ${which}; "npm run dashboard:build" builds it.`);
  } else process.exitCode = 1;
}
