import type { AnalysedObject, Analysis } from '../../src/contract/analysis.ts';
import { listItem } from '../../src/contract/analysis-list-item.ts';
import { searchTerms } from '../../src/contract/search-terms.ts';
import type { Verdict } from '../../src/contract/verdict.ts';
import type { AnalysisRow } from '../../src/storage/records/rows.ts';
import { sampleAnalysis } from '../../tests/support/samples.ts';

/** Analyses as a busy server has them after some months: one each minute, six in ten of one owner, the rest of four others. */
export const BUSY_OWNER = 'local';
const OWNERS = [BUSY_OWNER, 'ann', 'ben', 'cleo', 'dan'] as const;
export const QUIET_OWNER = 'dan';
/** On every desk's list, and broken on one in twenty. */
export const RULE = 'rule_laptop';
/** Stands on one desk in 5,000. */
export const RARE = 'vase';
/** Each is often there, both together never: a search that looks through everything finds nothing. */
export const NEVER_TOGETHER = ['bowl', 'bottle'] as const;

const FIRST = Date.UTC(2026, 0, 1);
const RULES = [RULE, 'rule_edge', 'rule_notebook'];
const OPERATORS = ['min_distance', 'min_edge_distance', 'not_on'];
const OTHERS = ['keyboard', 'mouse', 'phone', 'book', 'monitor', 'glass'];

export const madeAt = (n: number): string => new Date(FIRST + 60_000 * n).toISOString();
export const idOf = (n: number): string => `ana_${String(n).padStart(8, '0')}`;
export const ownerOf = (n: number): string => OWNERS[Math.max(0, (n % 10) - 5)]!;

/** The same number for the same two every time, 0..1. */
function chance(n: number, salt: number): number {
  let x = Math.imul(n + 1, 0x9e37_79b1) ^ Math.imul(salt + 1, 0x85eb_ca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b_3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a_2d39);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
}

function classesOf(n: number): string[] {
  const classes = ['mug', 'laptop', ...OTHERS.filter((_, i) => chance(n, i) < 0.3)];
  classes.push(NEVER_TOGETHER[chance(n, 20) < 0.5 ? 0 : 1]);
  if (n % 5000 === 2500) classes.push(RARE);
  return classes;
}

function objectOf(name: string, n: number, i: number): AnalysedObject {
  const [x, y] = [40 + 560 * chance(n, 30 + i), 40 + 400 * chance(n, 60 + i)];
  return {
    id: `${name}-1`,
    class: name,
    confidence: 0.4 + 0.6 * chance(n, 90 + i),
    bbox: [x - 30, y - 40, x + 30, y + 40],
    position: {
      x,
      y,
      distance_to_edge: y,
      edge_reference: 'visible',
      x_mm: x * 1.7,
      y_mm: y * 1.7,
      uncertainty_mm: 12 + 10 * chance(n, 120 + i),
      measured_from: 'outline',
      distance_to_edge_mm: y * 1.7,
    },
  };
}

function verdictOf(rule_id: string, i: number, n: number, classes: readonly string[]): Verdict {
  const drawn = chance(n, 150 + i);
  const other = classes[1 + (i % (classes.length - 1))]!;
  return {
    rule_id,
    condition: 0,
    operator: OPERATORS[i]!,
    verdict: drawn < 0.05 ? 'violated' : drawn < 0.25 ? 'uncertain' : 'satisfied',
    objects: ['mug-1', `${other}-1`],
    measured: 300 * drawn,
    required: 152.4,
    uncertainty: 25.5,
    margin: 300 * drawn - 152.4,
    probability: drawn,
    unit: 'mm',
    reason: `mug-1 is ${(300 * drawn).toFixed(0)} mm from ${other}-1 (± 26 mm); 152.4 mm are asked for`,
  };
}

export function analysisOf(n: number): Analysis {
  const classes = classesOf(n);
  const objects = classes.map((name, i) => objectOf(name, n, i));
  return sampleAnalysis({
    analysis_id: idOf(n),
    timestamp: madeAt(n),
    image: { width: 640, height: 480, sha256: n.toString(16).padStart(64, '0') },
    objects,
    detections: objects.slice(0, 1),
    rules: RULES.map((rule, i) => verdictOf(rule, i, n, classes)),
  });
}

/** As the records hand it to a store. */
export function rowOf(n: number): AnalysisRow {
  const analysis = analysisOf(n);
  return {
    id: analysis.analysis_id,
    created_at: analysis.timestamp,
    owner: ownerOf(n),
    sha256: analysis.image.sha256,
    image_key: `image/${analysis.image.sha256}`,
    analysis: JSON.stringify(analysis),
    state: JSON.stringify({ scene: { objects: analysis.objects }, verdicts: [], moves: [] }),
    list_item: JSON.stringify(listItem(analysis)),
    terms: JSON.stringify(searchTerms(analysis)),
  };
}
