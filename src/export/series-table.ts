import type { Steps } from '../contract/series.ts';
import { csvLine } from './csv.ts';

/** A line for each step; where nobody measured, its cells are empty. */
export const seriesTable = ({ columns, points }: Steps): string =>
  [
    csvLine(['time', ...columns]),
    ...points.map(({ time, values }) => csvLine([time, ...columns.map((column) => values?.[column])])),
  ].join('');
