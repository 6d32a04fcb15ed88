import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/language/grammar/defaults.ts';
import { parseSentence } from '../../../src/language/grammar/parse.ts';

const doc = readFileSync(new URL('../../../docs/rule-language.md', import.meta.url), 'utf8');

const cellsOf = (line: string) =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());

/** The rows of every table with this heading line, whatever the spaces between its cells. */
function rowsUnder(heading: string): string[][] {
  const wanted = cellsOf(heading).join('|');
  const rows: string[][] = [];
  let inside = false;
  for (const line of doc.split('\n')) {
    const cells = line.startsWith('|') ? cellsOf(line) : [];
    if (cells.join('|') === wanted) inside = true;
    else if (cells.length === 0) inside = false;
    else if (inside && !cells.every((cell) => /^-+$/.test(cell))) rows.push(cells);
  }
  return rows;
}

describe('docs/rule-language.md', () => {
  const understood = rowsUnder('| Sentence | Read as |');
  const refused = rowsUnder('| Why | Sentence | Quoted or asked |');

  it('has its tables', () => {
    expect(understood.length).toBeGreaterThan(50);
    expect(refused.length).toBeGreaterThan(20);
  });

  it.each(understood)('%s', (sentence, read) => {
    const result = parseSentence(sentence!);
    const [canonical, ...marks] = read!.split(' · ');
    if (!result.ok) throw new Error(result.reason);
    expect(result.draft.canonical).toBe(canonical);
    expect(result.draft.assumptions.length > 0).toBe(marks.includes('assumed'));
    const mark = (name: string) => marks.find((m) => m.startsWith(name))?.slice(name.length + 1);
    if (mark('priority')) expect(result.draft.priority).toBe(Number(mark('priority')));
    expect(result.draft.context).toBe(mark('context') ?? null);
  });

  it.each(refused)('%s: %s', (_why, sentence, said) => {
    const result = parseSentence(sentence!);
    if (result.ok) throw new Error(result.draft.canonical);
    if (said!.startsWith('ask: ')) expect(result.question).toBe(said!.slice(5));
    else expect(result.unknown.map((u) => `\`${u}\``).join(', ')).toBe(said);
    for (const s of result.suggestions) expect(parseSentence(s).ok).toBe(true);
  });

  it('has the defaults of the code', () => {
    const documented = rowsUnder('| Words | Read as | mm |').map((row) => Number(row[2]));
    expect(documented.slice(0, 8)).toEqual([
      DEFAULTS.away,
      DEFAULTS.far,
      DEFAULTS.near,
      DEFAULTS.touching,
      DEFAULTS.edge,
      DEFAULTS.farEdge,
      DEFAULTS.group,
      DEFAULTS.align,
    ]);
  });
});
