import * as z from 'zod';
import type { DrawState } from '../../annotate/state.ts';
import { Analysis } from '../../contract/analysis.ts';
import type { BoxNoise } from '../../contract/box-noise.ts';
import { type Detection, Inference } from '../../contract/detection.ts';
import { Verdict } from '../../contract/verdict.ts';
import { AppError, ERRORS, type ErrorCode } from '../../errors.ts';
import type { DetectOptions, Detector, ModelIdentity } from '../../ports/detector.ts';
import type { Judged } from '../judge.ts';

const Identity = z.strictObject({
  name: z.string().max(200),
  version: z.string().max(200),
  threshold: z.number(),
  inference: Inference,
});

/** The model of a worker, as it runs by habit and as it can be asked to run; null: it has none. */
export const ModelCard = z
  .strictObject({ usual: Identity, single: Identity, tiled: Identity })
  .nullable() satisfies z.ZodType<unknown, unknown>;
export type ModelCard = z.infer<typeof ModelCard>;

export async function modelCard(detector: Detector): Promise<ModelCard> {
  try {
    const [usual, single, tiled] = await Promise.all([
      detector.identity({}),
      detector.identity({ inference: 'single' }),
      detector.identity({ inference: 'tiled' }),
    ]);
    return { usual, single, tiled };
  } catch {
    return null;
  }
}

/** What the model of this card is called for these options. */
export function identityOf(card: NonNullable<ModelCard>, { inference, threshold }: DetectOptions): ModelIdentity {
  const identity = card[inference ?? 'usual'];
  return threshold === undefined ? identity : { ...identity, threshold };
}

const drawn = (value: unknown): value is DrawState => {
  const { scene, verdicts, moves } = (value ?? {}) as Partial<DrawState>;
  return Array.isArray(scene?.objects) && Array.isArray(verdicts) && Array.isArray(moves);
};

const Faint = z.strictObject({
  class: z.custom<Detection['class']>((name) => typeof name === 'string' && name.length <= 64),
  sourceClass: z.string().max(64).exactOptional(),
  confidence: z.number().min(0).max(1),
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
});
const EdgeNoise = {
  sigma: z.number().min(0).max(1),
  byScore: z.strictObject({ at: z.number(), fall: z.number(), from: z.number(), to: z.number() }).exactOptional(),
};
const BoxNoiseShape = z.strictObject({
  ...EdgeNoise,
  classes: z.record(z.string(), z.strictObject(EdgeNoise)).exactOptional(),
}) satisfies z.ZodType<BoxNoise, unknown>;

const Done = z.strictObject({
  judged: z.strictObject({
    content: Analysis.omit({ analysis_id: true, timestamp: true, cached: true, processing_time_ms: true }),
    state: z.custom<DrawState>(drawn),
    outcomes: z.array(
      z.strictObject({ rule_id: z.string(), verdict: Verdict.shape.verdict, count: z.number().exactOptional() }),
    ),
    times: z.array(z.strictObject({ rule_id: z.string(), ms: z.number() })),
    seen: z
      .strictObject({
        boxNoise: BoxNoiseShape,
        faint: z.array(Faint).max(1000),
        warnings: z.array(z.string().max(2000)).max(50),
      })
      .exactOptional(),
  }) satisfies z.ZodType<Judged, unknown>,
  card: ModelCard,
});
const Failure = z.strictObject({
  code: z.custom<ErrorCode>((code) => typeof code === 'string' && Object.hasOwn(ERRORS, code)),
  message: z.string(),
  advice: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
  retry_after_s: z.number().min(0).max(86_400).optional(),
});
/** What a worker answers. An error here is the caller's own; what the worker failed with is BullMQ's business. */
const Outcome = z.union([Done, z.strictObject({ refused: Failure })]);
export type Done = z.infer<typeof Done>;

export const encodeDone = (judged: Judged, card: ModelCard): string => JSON.stringify({ judged, card });
export const encodeRefused = (error: AppError): string => JSON.stringify({ refused: failureOf(error) });

const failureOf = (error: AppError) => {
  const { type: _, ...failure } = error.toJSON();
  return failure;
};

/** Throws what the worker refused it with, and SYSTEM_003 for what no worker of this version wrote. */
export function decodeOutcome(text: string): Done {
  let outcome: Done | { readonly refused: AppError };
  try {
    outcome = readOutcome(JSON.parse(text));
  } catch (cause) {
    throw new AppError('SYSTEM_003', { message: 'The answer of the worker is damaged.', cause });
  }
  if ('refused' in outcome) throw outcome.refused;
  return outcome;
}

/** Throws ZodError. */
export function readOutcome(value: unknown): Done | { readonly refused: AppError } {
  const outcome = Outcome.parse(value);
  return 'refused' in outcome ? { refused: errorFrom(outcome.refused) } : outcome;
}

/** As the reason that BullMQ keeps of a job that failed. */
export const encodeFailure = (error: AppError): string => JSON.stringify(failureOf(error));

/** Where BullMQ itself gave it up, each worker that took it was gone before it was done. */
export function decodeFailure(reason: string): AppError {
  try {
    return errorFrom(Failure.parse(JSON.parse(reason)));
  } catch {
    return new AppError('ANALYSIS_005', {
      message: 'No worker brought this analysis to its end: each that took it was ended before, or lost Redis.',
      advice: 'Look at the log of the workers: this image may need more memory than they have.',
    });
  }
}

const errorFrom = ({ code, retry_after_s: retryAfterS, details, ...rest }: z.infer<typeof Failure>): AppError =>
  new AppError(code, {
    ...rest,
    ...(details !== undefined && { details }),
    ...(retryAfterS !== undefined && { retryAfterS }),
  });
