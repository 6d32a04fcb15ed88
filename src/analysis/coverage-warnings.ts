import type { CheckableRule } from '../rules/applies.ts';
import { isUndetectable } from '../rules/class-recall.ts';
import { indexOf } from '../rules/scene-index.ts';
import { wordFor } from '../rules/select.ts';
import type { Scene, Zone } from '../scene/types.ts';

const DRAWN: ReadonlySet<string> = new Set<Zone['kind']>(['coaster', 'desk_mat']);

/** One warning for each object that rules speak of and the model cannot find, with what a caller can do about it. */
export function coverageWarnings(rules: readonly CheckableRule[], scene: Scene): string[] {
  if (scene.classRecall === undefined) return [];
  const index = indexOf(scene);
  const speakers = new Map<string, number>();
  for (const { conditions } of rules) {
    const meant = new Set(conditions.flatMap((c) => [c.object1, c.object2 ?? c.object1]));
    for (const name of meant) if (isUndetectable(index, name)) speakers.set(name, (speakers.get(name) ?? 0) + 1);
  }
  return [...speakers].map(([name, count]) => {
    const rulesSay = count === 1 ? '1 rule speaks' : `${count} rules speak`;
    const remedy = DRAWN.has(name) ? 'draw them as zones of that kind, or give detections' : 'give detections';
    return `The model cannot find ${wordFor(name, true)}, of which ${rulesSay}: ${remedy}.`;
  });
}
