import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Report } from './set.ts';

const PAGE = new URL('../../docs/security.md', import.meta.url);
const SECTION = /(<!-- attack -->\n)[\s\S]*?(<!-- \/attack -->)/;
const HEAD = ['set', 'cases', 'refused', 'answered', 'failures', 'slowest answer', 'peak memory', 'notes'];

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const mb = (n: number | null) => (n === null ? 'not known' : `${Math.round(n)} MB`);

function rowOf(report: Report): string {
  const { id, title, bounds, cases, refused, answered, failures, maxMs, peakRssMb, notes } = report;
  return row([
    `${id} ${title}`,
    ...[cases, refused, answered, failures.length].map(String),
    `${Math.round(maxMs)} (≤ ${bounds.maxMs}) ms`,
    `${mb(peakRssMb)} (≤ ${bounds.maxRssMb} MB)`,
    notes.join('; ') || '–',
  ]);
}

export function table(reports: readonly Report[]): string {
  const seconds = Math.round(reports.reduce((sum, r) => sum + r.seconds, 0));
  return [
    `${availableParallelism()} cores, Node ${process.versions.node.split('.')[0]}, ${seconds} s in all.`,
    '',
    row(HEAD),
    row(HEAD.map(() => '---')),
    ...reports.map(rowOf),
  ].join('\n');
}

export function writeIntoDocs(text: string): void {
  const before = readFileSync(PAGE, 'utf8');
  if (!SECTION.test(before)) throw new Error('docs/security.md has no <!-- attack --> section');
  writeFileSync(
    PAGE,
    before.replace(SECTION, (_all, open: string, close: string) => `${open}${text}\n${close}`),
  );
}
