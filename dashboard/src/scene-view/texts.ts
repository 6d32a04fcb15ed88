import type { Move, SceneObject, Verdict } from './types.ts';

/** Everything the view says; the dashboard gives it in other languages. */
export interface ViewTexts {
  scene: string;
  /** Of mm. */
  length(mm: number): string;
  measure(mm: number, uncertainty: number | null): string;
  atLeast(length: string): string;
  atMost(length: string): string;
  wanted(length: string): string;
  /** What a rule asks for that is no length. */
  operator(name: string): string;
  /** Name of a thing or a zone by its id. */
  thing(id: string): string;
  /** Kind of a thing. */
  sort(name: string): string;
  /** A sentence of the server, which calls things by their ids. */
  sentence(text: string): string;
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

const mm = (value: number) => `${Math.round(value)} mm`;

export const ENGLISH: ViewTexts = {
  scene: 'Measured desk',
  length: mm,
  measure: (value, uncertainty) =>
    `${Math.round(value)}${uncertainty === null ? '' : ` ± ${Math.round(uncertainty)}`} mm`,
  atLeast: (length) => `min ${length}`,
  atMost: (length) => `max ${length}`,
  wanted: (length) => `wanted ${length}`,
  operator: (name) => name.replaceAll('_', ' '),
  thing: (id) => id,
  sort: (name) => name,
  sentence: (text) => text,
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

const percent = (share: number) => Math.round(100 * share);

/** The words are those of the person at the desk: "up" could be read as lifting. */
export function wayOf({ vector_mm, vector_px }: Move, texts: ViewTexts): string {
  const [x, y] = vector_mm ?? vector_px;
  const length = (n: number) => (vector_mm ? texts.length(Math.abs(n)) : `${Math.round(Math.abs(n))} px`);
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
  const lines = [`${texts.thing(object.id)}: ${texts.seen(texts.sort(object.class), percent(object.confidence))}`];
  if (position && position.x_mm !== null && position.y_mm !== null) {
    const error = position.uncertainty_mm === null ? null : texts.length(position.uncertainty_mm);
    lines.push(texts.place(texts.length(position.x_mm), texts.length(position.y_mm), error));
    if (position.measured_from) lines.push(texts.measuredFrom[position.measured_from]);
  }
  for (const { id, probability } of on.slice(0, 2)) lines.push(texts.stands(texts.thing(id), percent(probability)));
  if (position && position.distance_to_edge_mm !== null)
    lines.push(texts.edge(texts.length(position.distance_to_edge_mm)));
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
    // Most sentences say how sure they are: a second figure, rounded in another way, would be another answer.
    const said = v.probability === null || v.probability === undefined || /\d % (?:sure|likely)/.test(v.reason);
    const sure = said ? '' : ` (${texts.sure(percent(v.probability ?? 0))})`;
    return `${texts.kind[v.verdict]}: ${texts.sentence(v.reason)}${sure}`;
  });
