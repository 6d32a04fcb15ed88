import type { Judged } from '../analysis/judge.ts';
import type { AnalysedObject } from '../contract/analysis.ts';

/**
 * What another processor may compute otherwise: GPUs round in other places. Edges of boxes, of the longer side of the image; and
 * confidence.
 */
const EDGE = 0.01;
const CONFIDENCE = 0.05;

/** What is different there, in few words; null: objects and verdicts are the same within the tolerances. */
export function difference(here: Judged, there: Judged): string | null {
  const [ours, theirs] = [here.content.objects, there.content.objects];
  if (ours.length !== theirs.length) return `${theirs.length} objects in place of ${ours.length}`;
  const most = EDGE * Math.max(here.content.image.width, here.content.image.height);
  const left = new Set(theirs);
  /** Ids of theirs by those of ours. */
  const ids = new Map<string, string>();
  for (const one of ours) {
    const twin = [...left].find((other) => isSame(one, other, most));
    if (twin === undefined) return `no ${one.class} where this process finds one`;
    left.delete(twin);
    ids.set(twin.id, one.id);
  }
  const wanted = verdictsOf(here, (id) => id);
  const found = verdictsOf(there, (id) => ids.get(id) ?? id);
  const other = wanted.findIndex((text, at) => text !== found[at]);
  if (other >= 0 || wanted.length !== found.length) return 'other verdicts';
  return null;
}

function isSame(a: AnalysedObject, b: AnalysedObject, most: number): boolean {
  return (
    a.class === b.class &&
    Math.abs(a.confidence - b.confidence) <= CONFIDENCE &&
    a.bbox.every((edge, at) => Math.abs(edge - (b.bbox[at] ?? Number.NaN)) <= most)
  );
}

const verdictsOf = ({ content }: Judged, named: (id: string) => string): string[] =>
  content.rules
    .map(({ rule_id, condition, objects, verdict }) =>
      JSON.stringify([rule_id, condition, objects.map(named), verdict]),
    )
    .sort();
