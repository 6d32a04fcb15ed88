import { type Normal, SIZE_PRIORS, type SizePrior } from '../scene/objects/size-priors.ts';

/**
 * The largest distance between two points of a usual object's outline on the table, mm; null for classes of unknown size.
 * Sizes: `src/scene/size-priors.ts`, each at the upper end of its catalogue range.
 */
export function largestSpan(name: string): number | null {
  const kinds = Object.hasOwn(SIZE_PRIORS, name) ? SIZE_PRIORS[name]! : [];
  return kinds.length === 0 ? null : Math.max(...kinds.map(spanOf));
}

/** An even spread ends √3 standard deviations from its middle; so does what is taken here as the largest of a normal one. */
const largest = ({ mean, sd }: Normal) => mean + Math.sqrt(3) * sd;

function spanOf(kind: SizePrior): number {
  switch (kind.shape) {
    case 'round':
      return largest(kind.diameter);
    case 'slab': {
      const [width, depth] = [largest(kind.width), largest(kind.depth)];
      return kind.outline === 'ellipse' ? Math.max(width, depth) : Math.hypot(width, depth);
    }
    case 'laptop':
      return largest(kind.width) * Math.hypot(1, kind.depthRatio[1]);
    case 'monitor':
      return Math.hypot(kind.standWidth[1], kind.standDepth[1]);
    default:
      return spanOfBlock(kind);
  }
}

/** What stands on a narrow side, and whatever else may come: no depth is larger than this share of its height. */
const spanOfBlock = (block: { width: Normal; height: Normal; depthRatio: readonly [number, number] }) =>
  Math.hypot(largest(block.width), largest(block.height) * block.depthRatio[1]);
