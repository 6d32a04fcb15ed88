import { type Normal, SIZE_PRIORS, type SizePrior } from '../../scene/objects/size-priors.ts';

/** What a typical object covers of the table, mm. */
export type Base =
  | { readonly kind: 'disk'; readonly radius: number }
  | { readonly kind: 'rectangle'; readonly width: number; readonly depth: number };

/** For classes whose size nobody knows: the middle of what `UNKNOWN_SIZE` allows. */
const UNKNOWN: Base = { kind: 'disk', radius: 40 };

/** The mean of the commonest kind of `src/scene/size-priors.ts`. */
export function typicalBase(name: string): Base {
  const kinds = Object.hasOwn(SIZE_PRIORS, name) ? SIZE_PRIORS[name]! : [];
  const commonest = kinds.toSorted((a, b) => b.share - a.share)[0];
  return commonest === undefined ? UNKNOWN : baseOf(commonest);
}

const middle = ([from, to]: readonly [number, number]) => (from + to) / 2;

function baseOf(kind: SizePrior): Base {
  switch (kind.shape) {
    case 'round':
      return { kind: 'disk', radius: (kind.diameter.mean * middle(kind.foot)) / 2 };
    case 'slab':
      return kind.outline === 'ellipse' && kind.width.mean === kind.depth.mean
        ? { kind: 'disk', radius: kind.width.mean / 2 }
        : { kind: 'rectangle', width: kind.width.mean, depth: kind.depth.mean };
    case 'laptop':
      return { kind: 'rectangle', width: kind.width.mean, depth: kind.width.mean * middle(kind.depthRatio) };
    case 'monitor':
      return { kind: 'rectangle', width: middle(kind.standWidth), depth: middle(kind.standDepth) };
    default:
      return standingBlock(kind);
  }
}

const standingBlock = (block: { width: Normal; height: Normal; depthRatio: readonly [number, number] }): Base => ({
  kind: 'rectangle',
  width: block.width.mean,
  depth: block.height.mean * middle(block.depthRatio),
});

/** Half of what it takes from left to right and from front to back. */
export const halfExtent = (base: Base): readonly [number, number] =>
  base.kind === 'disk' ? [base.radius, base.radius] : [base.width / 2, base.depth / 2];
