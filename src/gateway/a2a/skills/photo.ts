import * as z from 'zod';
import { addressIn } from '../../../agent/meant-skill.ts';
import { AnalyzeRequest } from '../../../contract/analyze-request.ts';
import { AnalysisId } from '../../../contract/ids.ts';
import { defined } from '../../lenient/defined.ts';
import { imageAliases, measuring, placing, seen } from '../../mcp/protocol/arguments.ts';
import type { Outcome, SkillCall } from './outcome.ts';

/** What every skill takes that looks at a desk. */
export const OnPhoto = z.strictObject({
  image: AnalyzeRequest.shape.image,
  analysis_id: AnalysisId.optional(),
  ...seen,
  ...measuring,
  ...placing,
  units: AnalyzeRequest.shape.units,
  store: AnalyzeRequest.shape.store,
});
export type OnPhoto = z.output<typeof OnPhoto>;
export const aliases = imageAliases;

/** The request, or null where there is nothing to look at. */
export function requestOf(args: OnPhoto, { bytes, text }: SkillCall): AnalyzeRequest | null {
  const { analysis_id, image, ...rest } = args;
  const source = image ?? analysis_id ?? addressIn(text) ?? undefined;
  const own = rest.detections !== undefined && rest.size !== undefined;
  if (bytes === undefined && source === undefined && !own) return null;
  return { ...rest, ...defined({ image: source, bytes }) };
}

export const askForPhoto = (args: object, times: number): Outcome => ({
  kind: 'ask',
  question: { about: 'photo', times },
  text: 'Send a photo of the desk: a raw or url part (JPEG, PNG, WebP), or a data part {"analysis_id":"ana_…"}.',
  args: { ...args },
});
