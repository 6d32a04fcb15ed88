import { readFileSync, writeFileSync } from 'node:fs';
import type { Board } from './boards/board.ts';
import { businessMetrics } from './boards/business-metrics.ts';
import { gpuDetailed } from './boards/gpu-detailed.ts';
import { overview } from './boards/overview.ts';

/** File names of Grafana's boards, and what is in them. */
export const BOARDS: Readonly<Record<string, Board>> = {
  'overview.json': overview,
  'gpu-detailed.json': gpuDetailed,
  'business-metrics.json': businessMetrics,
};

const fileOf = (name: string) => new URL(`../../deploy/monitoring/grafana/dashboards/${name}`, import.meta.url);
export const textOf = (board: Board) => `${JSON.stringify(board, null, 2)}\n`;

/** The committed boards that are not what the code says. */
export function staleBoards(): string[] {
  return Object.entries(BOARDS).flatMap(([name, board]) => {
    const committed = () => readFileSync(fileOf(name), 'utf8');
    try {
      return committed() === textOf(board) ? [] : [name];
    } catch {
      return [name];
    }
  });
}

/** Writes them; with --check it fails where one is out of date. */
if (import.meta.main) {
  const stale = staleBoards();
  if (process.argv.includes('--check')) {
    for (const name of stale) console.error(`${name} is out of date: run "npm run boards"`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else for (const name of stale) writeFileSync(fileOf(name), textOf(BOARDS[name] as Board));
}
