import * as z from 'zod';
import { analysisAnswer } from '../../../presentation/analysis-answer.ts';
import { Detail } from '../../../presentation/analysis-summary.ts';
import { nextSteps } from '../../../presentation/next-steps.ts';
import { readArguments } from '../../lenient/read-arguments.ts';
import type { Skill } from './outcome.ts';
import { aliases, askForPhoto, OnPhoto, requestOf } from './photo.ts';

const input = z.strictObject({ ...OnPhoto.shape, detail: Detail.default('summary') });

export const analyseDesk: Skill = async (given, call) => {
  const { ctx, services, asked } = call;
  const { detail, ...args } = readArguments({ input, aliases }, given);
  const request = requestOf(args, call);
  if (request === null) return askForPhoto(given, (asked?.times ?? 0) + 1);
  const stored = request.image === args.analysis_id && args.analysis_id !== undefined;
  const store = args.store && !services.capabilities.readOnly;
  const analysis = stored
    ? await services.analyses.get(ctx, args.analysis_id!)
    : await services.analyses.analyze(ctx, { ...request, store });
  const kept = stored || (store && analysis.stored !== false);
  const { structured, text } = analysisAnswer(analysis, detail, nextSteps(analysis, kept));
  return { kind: 'done', name: 'analysis', data: structured, text, ...(kept && { analysisId: analysis.analysis_id }) };
};
