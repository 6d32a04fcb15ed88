import { normalCdf } from '../math/samples.ts';
import { DIRECTIONS, STRIP_MM, STRIPS, type TableAround } from '../plain/table-around.ts';

/** What speaks for and against the table going on so far beyond a thing's outline. */
export const MARGIN_FEATURES = [
  // The length itself; the standard error of the thing's place; both mm.
  'length',
  'sigma',
  // What is left to the image's border, mm and standard errors.
  'border',
  'borderSigmas',
  // The probabilities of lines that may be the edge and lie nearer: as far as they are seen, and without end; the most probable line.
  'seenLines',
  'lines',
  'best',
  // To the nearest line that surely is the edge, standard errors.
  'sure',
  // Of 16 directions the one that shows least table just beyond that length: how much table; how much before; how much of it is visible.
  'out',
  'before',
  'outSeen',
  // The second and third least, the mean of all; share of directions that show enough.
  'out3',
  'outMean',
  'known',
  // The greatest fall from table to something else, up to that length and beyond it.
  'fall',
  'fallBeyond',
  // Least share of table on the way in any direction; table close around it, cm².
  'way',
  'close',
  // How near the camera it is by the nearest thing; its depth in the detected table's box, standard errors (9: none was detected).
  'nearness',
  'box',
] as const;
export type MarginFeature = (typeof MARGIN_FEATURES)[number];
export type MarginFeatures = Readonly<Record<MarginFeature, number>>;

/** A length from a thing's outline to something that may be the edge, with its standard error, mm. */
export interface Reach {
  readonly value: number;
  readonly sigma: number;
}

/** What is known around a thing before a length is asked about. */
export interface MarginEvidence {
  readonly around: TableAround;
  readonly sigma: number;
  readonly border: Reach;
  readonly lines: readonly {
    readonly probability: number;
    readonly seen: Reach;
    readonly across: Reach;
    readonly sure: boolean;
  }[];
  readonly nearness: number;
  /** Depth in the detected table's box. */
  readonly box: Reach | null;
}

/** Strips just beyond a length that are looked at, and before a fall. */
const OUT = 6;
const BEFORE = 4;
/** With fewer visible cells a direction says nothing. */
const FEW = 5;
const MOST = 9;

export function marginFeatures(e: MarginEvidence, length: number): MarginFeatures {
  const at = Math.min(STRIPS - 1, Math.round(length / STRIP_MM));
  const outs: { d: number; share: number; seen: number }[] = [];
  let way = 1;
  let fall = 0;
  let fallBeyond = 0;
  for (let d = 0; d < DIRECTIONS; d++) {
    const out = shareIn(e.around, d, at, at + OUT);
    if (out.seen >= FEW) outs.push({ d, ...out });
    const before = shareIn(e.around, d, 0, at);
    if (before.seen >= FEW) way = Math.min(way, before.share);
    for (let s = 1; s < STRIPS - 2 && s <= at + OUT; s++) {
      const [near, far] = [shareIn(e.around, d, s - BEFORE, s), shareIn(e.around, d, s, s + OUT)];
      if (near.seen < FEW || far.seen < FEW) continue;
      if (s <= at) fall = Math.max(fall, near.share - far.share);
      else fallBeyond = Math.max(fallBeyond, near.share - far.share);
    }
  }
  outs.sort((a, b) => a.share - b.share);
  const worst = outs[0];
  const nearer = ({ value, sigma }: Reach) => normalCdf((length - value) / Math.max(3, sigma));
  const none = (of: (l: MarginEvidence['lines'][number]) => number) =>
    1 - e.lines.reduce((product, l) => product * (1 - l.probability * of(l)), 1);
  const inSigmas = ({ value, sigma }: Reach) => bounded((value - length) / Math.max(3, sigma));
  return {
    length,
    sigma: e.sigma,
    border: Math.max(-300, Math.min(1000, e.border.value - length)),
    borderSigmas: inSigmas(e.border),
    seenLines: none((l) => nearer(l.seen)),
    lines: none((l) => nearer(l.across)),
    best: e.lines[0]?.probability ?? 0,
    sure: e.lines.reduce((least, l) => (l.sure ? Math.min(least, inSigmas(l.across)) : least), MOST),
    out: worst?.share ?? -1,
    before: worst ? shareIn(e.around, worst.d, 0, at).share : -1,
    outSeen: worst?.seen ?? 0,
    out3: outs[2]?.share ?? -1,
    outMean: outs.length === 0 ? -1 : outs.reduce((sum, o) => sum + o.share, 0) / outs.length,
    known: outs.length / DIRECTIONS,
    fall,
    fallBeyond,
    way,
    close: e.around.close / 100,
    nearness: e.nearness,
    box: e.box === null ? MOST : inSigmas(e.box),
  };
}

const bounded = (v: number) => Math.max(-MOST, Math.min(MOST, v));

/** Share of table among the visible cells of a direction's strips, and how many are visible. */
function shareIn(
  { visible, table }: TableAround,
  d: number,
  from: number,
  to: number,
): { share: number; seen: number } {
  const k = d * (STRIPS + 1);
  const [a, b] = [k + Math.max(0, from), k + Math.min(STRIPS, to)];
  const seen = visible[b]! - visible[a]!;
  return { share: seen > 0 ? (table[b]! - table[a]!) / seen : 0, seen };
}
