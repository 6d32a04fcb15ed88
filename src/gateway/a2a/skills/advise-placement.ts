import { placementAnswer } from '../../../presentation/placement-answer.ts';
import { readArguments } from '../../lenient/read-arguments.ts';
import type { Skill } from './outcome.ts';
import { aliases, askForPhoto, OnPhoto, requestOf } from './photo.ts';

export const advisePlacement: Skill = async (given, call) => {
  const { ctx, services, asked } = call;
  const args = readArguments({ input: OnPhoto, aliases }, given);
  const request = requestOf(args, call);
  if (request === null) return askForPhoto(given, (asked?.times ?? 0) + 1);
  const store = args.store && !services.capabilities.readOnly;
  // A stored analysis has its moves already, unless others are asked for.
  const asStored = args.analysis_id !== undefined && args.movable === undefined && args.strategy === undefined;
  const analysis = asStored
    ? await services.analyses.get(ctx, args.analysis_id!)
    : await services.analyses.analyze(ctx, { ...request, store });
  const kept = asStored || (store && analysis.stored !== false);
  const { structured, text } = placementAnswer(analysis);
  return { kind: 'done', name: 'placement', data: structured, text, ...(kept && { analysisId: analysis.analysis_id }) };
};
