import type { Move, SceneObject, Verdict } from './types.ts';

/** Everything the view says; the dashboard gives it in other languages. */
export interface ViewTexts {
  scene: string;
  movable(id: string): string;
  standing: string;
  toTheLeft(length: string): string;
  toTheRight(length: string): string;
  away(length: string): string;
  toward(length: string): string;
  and: string;
  kind: Readonly<Record<Verdict['verdict'], string>>;
  sure(percent: number): string;
  seen(name: string, percent: number): string;
  place(x: string, y: string, error: string | null): string;
  stands(surface: string, percent: number): string;
  edge(length: string): string;
  measuredFrom: Readonly<Record<'outline' | 'box', string>>;
}

export const ENGLISH: ViewTexts = {
  scene: 'Measured desk',
  movable: (id) => `${id}, movable`,
  standing: 'on it',
  toTheLeft: (length) => `${length} to the left`,
  toTheRight: (length) => `${length} to the right`,
  away: (length) => `${length} away from you`,
  toward: (length) => `${length} toward you`,
  and: 'and',
  kind: { violated: 'violated', uncertain: 'uncertain', satisfied: 'satisfied', not_applicable: 'not applicable' },
  sure: (percent) => `holds with ${percent} %`,
  seen: (name, percent) => `${name}, detected with ${percent} %`,
  place: (x, y, error) => `at ${x}, ${y}${error === null ? '' : ` ± ${error}`}`,
  stands: (surface, percent) => `on ${surface} (${percent} %)`,
  edge: (length) => `${length} to the edge of the table`,
  measuredFrom: { outline: 'measured from its outline', box: 'measured from its box alone' },
};

const mm = (value: number) => `${Math.round(value)} mm`;
const percent = (share: number) => Math.round(100 * share);

/** The words are those of the person at the desk: "up" could be read as lifting. */
export function wayOf({ vector_mm, vector_px }: Move, texts: ViewTexts): string {
  const [x, y] = vector_mm ?? vector_px;
  const length = (n: number) => (vector_mm ? mm(Math.abs(n)) : `${Math.round(Math.abs(n))} px`);
  const parts: [number, string][] = [
    [x, x < 0 ? texts.toTheLeft(length(x)) : texts.toTheRight(length(x))],
    [y, y < 0 ? texts.away(length(y)) : texts.toward(length(y))],
  ];
  const sorted = parts.sort((a, b) => Math.abs(b[0]) - Math.abs(a[0]));
  return sorted
    .filter(([n], i) => i === 0 || Math.abs(n) >= 0.5)
    .map(([, text]) => text)
    .join(` ${texts.and} `);
}

/** What is known of a thing, a line each. */
export function evidenceOf(object: SceneObject, verdicts: readonly Verdict[], texts: ViewTexts): string[] {
  const { position, on = [] } = object;
  const lines = [`${object.id}: ${texts.seen(object.class, percent(object.confidence))}`];
  if (position && position.x_mm !== null && position.y_mm !== null) {
    const error = position.uncertainty_mm === null ? null : mm(position.uncertainty_mm);
    lines.push(texts.place(mm(position.x_mm), mm(position.y_mm), error));
    if (position.measured_from) lines.push(texts.measuredFrom[position.measured_from]);
  }
  for (const { id, probability } of on.slice(0, 2)) lines.push(texts.stands(id, percent(probability)));
  if (position && position.distance_to_edge_mm !== null) lines.push(texts.edge(mm(position.distance_to_edge_mm)));
  return [
    ...lines,
    ...reasonsOf(
      verdicts.filter((v) => v.objects.includes(object.id)),
      texts,
    ),
  ];
}

/** Why each verdict is what it is. */
export const reasonsOf = (verdicts: readonly Verdict[], texts: ViewTexts): string[] =>
  verdicts.slice(0, 4).map((v) => {
    const sure =
      v.probability === null || v.probability === undefined ? '' : ` (${texts.sure(percent(v.probability))})`;
    return `${texts.kind[v.verdict]}: ${v.reason}${sure}`;
  });
