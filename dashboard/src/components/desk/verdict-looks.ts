import type { VerdictKind } from '../../scene-view/types.ts';

export const VERDICT_ICON: Record<VerdictKind, string> = {
  violated: 'i-lucide-circle-x',
  uncertain: 'i-lucide-circle-help',
  satisfied: 'i-lucide-circle-check',
  not_applicable: 'i-lucide-circle-minus',
};
export const VERDICT_TEXT: Record<VerdictKind, string> = {
  violated: 'text-error',
  uncertain: 'text-warning',
  satisfied: 'text-success',
  not_applicable: 'text-muted',
};
