import type { ViewTexts } from './texts.ts';
import type { Link, Verdict } from './types.ts';

/** What stands beside a line: what was measured and what is wanted, in the reader's words and units. */
export function linkWords(link: Link, verdicts: readonly Verdict[], texts: ViewTexts): string[] {
  const verdict = ofLink(link, verdicts);
  if (!verdict) return [link.title, link.detail ?? ''].filter((line) => line !== '');
  const { measured, uncertainty, required, unit, operator, verdict: kind } = verdict;
  const word = texts.kind[kind];
  if (unit !== 'mm' || required === 0) return operator ? [`${word}: ${texts.operator(operator)}`] : [word];
  const isStanding = measured === 0 && !uncertainty;
  const title = isStanding ? texts.standing : measured === null ? word : texts.measure(measured, uncertainty);
  return required === null || kind === 'satisfied' ? [title] : [title, wantedWords(verdict, required, texts)];
}

/** The margin tells a least distance from a greatest one. */
function wantedWords({ measured, margin }: Verdict, required: number, texts: ViewTexts): string {
  const length = texts.length(required);
  if (measured === null || !margin) return texts.wanted(length);
  return measured < required === margin > 0 ? texts.atMost(length) : texts.atLeast(length);
}

/** The verdict that the server drew: of all about these things the one of its kind with the least margin. */
function ofLink({ verdict, objects }: Link, verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts
    .filter((v) => v.verdict === verdict && v.unit !== 'count')
    .filter((v) => v.objects.length === objects.length && v.objects.every((id) => objects.includes(id)))
    .sort((a, b) => (a.margin ?? 0) - (b.margin ?? 0) || (a.measured ?? 0) - (b.measured ?? 0))[0];
}
