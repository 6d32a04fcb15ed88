import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadsFromElsewhere } from './release/site-content.ts';
import { isSiteFile, SITE_SOURCES } from './release/site-pages.ts';

/**
 * `npm run site:build`: the documents as pages in site/dist, with a search that needs no server. The tools are installed in site/ when
 * they are first needed; the build itself needs no network. A dead link fails it, and so does a page that loads something from elsewhere.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'site');

/** The theme's icons of social networks, which it asks for where a site names some; ours names none. */
const UNUSED = /^url\(.https:\/\/api\.iconify\.design\/simple-icons\/\$/;

function npm(...args: string[]): void {
  const shell = process.platform === 'win32';
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: 'inherit', shell });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in site/`);
}

function stage(): void {
  const pages = join(folder, 'pages');
  rmSync(pages, { recursive: true, force: true });
  for (const source of SITE_SOURCES) {
    const belongs = (path: string) => statSync(path).isDirectory() || isSiteFile(path);
    cpSync(join(root, source), join(pages, source), { recursive: true, filter: belongs });
  }
}

function built(): string[] {
  const dist = join(folder, 'dist');
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:html|css|js)$/.test(name))
    .map((name) => join(dist, name));
}

try {
  if (!existsSync(join(folder, 'node_modules', 'vitepress')))
    npm('ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  stage();
  npm('run', '-s', 'build');
  const files = built();
  const wrong = files.flatMap((file) =>
    loadsFromElsewhere(readFileSync(file, 'utf8'))
      .filter((what) => !UNUSED.test(what))
      .map((what) => `${file}: ${what}`),
  );
  if (wrong.length > 0) throw new Error(`the site loads from elsewhere:\n${wrong.join('\n')}`);
  console.log(`${files.filter((name) => name.endsWith('.html')).length} pages in site/dist, nothing from elsewhere`);
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
