import * as z from 'zod';
import { Urgency, urgent } from '../../../contract/priority.ts';
import { analysisAnswer } from '../../../presentation/analysis-answer.ts';
import { Detail } from '../../../presentation/analysis-summary.ts';
import { analysisText } from '../../../presentation/analysis-text.ts';
import { readArguments } from '../../lenient/read-arguments.ts';
import type { Skill } from './outcome.ts';
import { aliases, askForPhoto, OnPhoto, requestOf } from './photo.ts';

const input = z.strictObject({ ...OnPhoto.shape, detail: Detail.default('summary'), priority: Urgency });

export const analyseDesk: Skill = async (given, call) => {
  const { ctx, services, asked } = call;
  const { detail, priority, ...args } = readArguments({ input, aliases }, given);
  const request = requestOf(args, call);
  if (request === null) return askForPhoto(given, (asked?.times ?? 0) + 1);
  const stored = request.image === args.analysis_id && args.analysis_id !== undefined;
  const store = args.store && !services.capabilities.readOnly;
  const analysis = stored
    ? await services.analyses.get(ctx, args.analysis_id!)
    : await services.analyses.analyze(urgent(ctx, priority), { ...request, store });
  const kept = stored || (store && analysis.stored !== false);
  const { structured } = analysisAnswer(analysis, detail);
  // Nobody cuts this text: it has the reasons whole.
  const text = [analysisText(analysis, []), ...(kept ? [] : ['This analysis was not stored.'])].join('\n\n');
  return { kind: 'done', name: 'analysis', data: structured, text, ...(kept && { analysisId: analysis.analysis_id }) };
};
