import { spellings } from './known-words.ts';

const LONGEST = 20;
let byLength: Map<number, string[]> | null = null;

/** The word of the language that differs least, by at most one letter (two in words of seven or more); null: none. */
export function nearestWord(word: string): string | null {
  if (word.length < 4 || word.length > LONGEST || !/^[a-z]+$/.test(word)) return null;
  byLength ??= groupByLength();
  const most = word.length >= 7 ? 2 : 1;
  let best: { word: string; distance: number } | null = null;
  for (let length = word.length - most; length <= word.length + most; length++) {
    for (const known of byLength.get(length) ?? []) {
      const distance = editDistance(word, known);
      if (distance <= most && (best === null || distance < best.distance)) best = { word: known, distance };
    }
  }
  return best?.word ?? null;
}

function groupByLength(): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const word of [...spellings()].sort()) {
    const list = groups.get(word.length) ?? [];
    list.push(word);
    groups.set(word.length, list);
  }
  return groups;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
