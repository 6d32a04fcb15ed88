import { centreOf } from './steps.ts';
import type { ViewTexts } from './texts.ts';
import type { Box, Link, Px, Scene, VerdictKind } from './types.ts';

const ORDER: readonly VerdictKind[] = ['violated', 'uncertain', 'satisfied', 'not_applicable'];

export const bySeverity = (a: { verdict: VerdictKind }, b: { verdict: VerdictKind }): number =>
  ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict);

/** What a person looks at: everything that applies, worst first. */
export const openVerdicts = ({ analysis }: Scene) =>
  analysis.rules.filter((v) => v.verdict !== 'not_applicable').sort(bySeverity);

/** Lines with their words: the server's, or from middle to middle of the boxes where it drew none. */
export function linksOf(scene: Scene, boxOf: (id: string) => Box | undefined, texts: ViewTexts): readonly Link[] {
  if (scene.drawing) return scene.drawing.links;
  return openVerdicts(scene).flatMap((v): Link[] => {
    const [a, b] = v.objects.map(boxOf);
    if (v.objects.length !== 2 || !a || !b) return [];
    const known = v.measured !== null && v.unit === 'mm';
    const title = !known
      ? ''
      : v.measured || v.uncertainty
        ? texts.measure(v.measured ?? 0, v.uncertainty)
        : texts.standing;
    const share = known && v.measured && v.uncertainty !== null ? v.uncertainty / Math.abs(v.measured) : null;
    const { verdict, objects } = v;
    return [{ verdict, objects, from: centreOf(a), to: centreOf(b), title, detail: null, error_share: share }];
  });
}

/**
 * The error bar of a distance: along its line about the far end, as long as the 90 % interval, with a tick of `tick` pixels at
 * each end. Null where the error or the line is too short to be seen.
 */
export function errorBar({ from, to, error_share: share }: Link, tick: number): readonly (readonly [Px, Px])[] | null {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (share === null || length * share < 1) return null;
  const half = Math.min(share, 1) * length;
  const [ux, uy] = [dx / length, dy / length];
  const at = (along: number, across: number): Px => [
    to[0] + ux * along - uy * across,
    to[1] + uy * along + ux * across,
  ];
  const across = (along: number) => [at(along, -tick / 2), at(along, tick / 2)] as const;
  return [[at(-half, 0), at(half, 0)], across(-half), across(half)];
}
