import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Line, machine } from './support/measure.ts';

/**
 * `npm run bench`: what docs/performance.md shows, in about 15 minutes on a quiet machine (`--quick`: six), and with `--write` its table is made anew.
 * `npm run bench -- mcp --soak`: one benchmark of this folder with its options; `--all`: every one in turn.
 */
const SHOWN = {
  start: [],
  journey: [],
  loop: [],
  load: [],
  resident: ['--calls=1000', '--photos=200', '--width=960'],
  batching: [],
  peer: [],
} as const satisfies Record<string, readonly string[]>;
/** The longest that one of them may take, ms. */
const PART_MS = 360_000;
/** In the quick form. */
const QUICK = { resident: ['--calls=150', '--photos=120'] } as const satisfies Partial<
  Record<string, readonly string[]>
>;
const BEGIN = '<!-- measured by `npm run bench -- --write` -->';
const END = '<!-- end of what is measured -->';

const folder = fileURLToPath(new URL('.', import.meta.url));
const document = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const wanted = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const options = process.argv.slice(2).filter((a) => a.startsWith('--'));
const isQuick = options.includes('--quick');
const writes = options.includes('--write');
const all = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && name !== 'run.ts')
  .map((name) => name.slice(0, -3));
const shown = Object.keys(SHOWN);
const nobody = wanted.filter((name) => !all.includes(name));
if (options.includes('--help') || nobody.length > 0) {
  if (nobody.length > 0) console.error(`There is no benchmark ${nobody.join(', ')}.`);
  console.log(
    `npm run bench                 ${shown.join(', ')}: about 15 minutes (--quick: 6)\nnpm run bench -- --write      the same, and the table of docs/performance.md is made anew\nnpm run bench -- PART …       of ${all.join(', ')}\nnpm run bench -- --all        all of them`,
  );
  process.exit(nobody.length > 0 ? 2 : 0);
}
const names = wanted.length > 0 ? wanted : options.includes('--all') ? all : shown;

const own = (name: string): readonly string[] => {
  if (wanted.length > 0 || options.includes('--all')) return [];
  const quick = isQuick ? QUICK[name as keyof typeof QUICK] : undefined;
  return quick ?? SHOWN[name as keyof typeof SHOWN];
};

const temporary = mkdtempSync(join(tmpdir(), 'h200-bench-lines-'));
const lines = join(temporary, 'lines');
const begun = performance.now();
const parts: { name: string; found: Line[]; failed: boolean }[] = [];
for (const name of names) {
  console.log(`\n== ${name}`);
  writeFileSync(lines, '');
  const { status } = spawnSync(process.execPath, [`${folder}${name}.ts`, ...own(name), ...options], {
    stdio: 'inherit',
    // One that hangs does not keep the others from being measured.
    ...(wanted.length === 0 && { timeout: PART_MS, killSignal: 'SIGTERM' as const }),
    env: { ...process.env, H200_BENCH_LINES: lines },
  });
  if (status !== 0) process.exitCode = 1;
  const found = readFileSync(lines, 'utf8').split('\n').filter(Boolean);
  parts.push({ name, failed: status !== 0, found: found.map((text) => JSON.parse(text) as Line) });
}
rmSync(temporary, { recursive: true, force: true });
console.log(`\n${((performance.now() - begun) / 60_000).toFixed(1)} minutes`);
if (writes) write();

const cell = (text: string) => text.replaceAll('|', '\\|');

/** Of each part that was measured now; a part that was not keeps what the document says. */
function write(): void {
  const text = readFileSync(document, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const [old, after] = (rest ?? '').split(END);
  if (before === undefined || old === undefined || after === undefined)
    throw new Error(`${document} has no place for it`);
  const known = new Map(
    old.split(/^(?=### )/m).flatMap((section) => {
      const name = /^### (\S+)/.exec(section)?.[1];
      return name === undefined ? [] : [[name, section.trim()] as const];
    }),
  );
  const about = `${new Date().toISOString().slice(0, 10)}, ${machine()}${isQuick ? ', `--quick`' : ''}`;
  for (const { name, found, failed } of parts) {
    if (found.length === 0) continue;
    const rows = found.map((one) => `| ${[one.name, one.value, one.aim, one.detail].map(cell).join(' | ')} |`);
    const table = ['| what | figure | aim | |', '|---|---|---|---|', ...rows].join('\n');
    known.set(name, `### ${name}\n\n${about}${failed ? '; **it ended with a failure**' : ''}\n\n${table}`);
  }
  const order = [...new Set([...shown, ...known.keys()])].flatMap((name) => known.get(name) ?? []);
  writeFileSync(document, `${before}${BEGIN}\n\n${order.join('\n\n')}\n\n${END}${after}`);
}
