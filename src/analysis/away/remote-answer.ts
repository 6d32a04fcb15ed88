import * as z from 'zod';
import type { AppError } from '../../errors.ts';
import { type Done, ModelCard, readOutcome } from './outcome.ts';

/** Of the work and of its outcome: one that cannot read the other must not be sent any. */
export const WORK_FORMAT = 1;

const Version = z.string().regex(/^[\w.+-]{1,60}$/);
const Answer = z.strictObject({ format: z.literal(WORK_FORMAT), version: Version, outcome: z.unknown() });
const Introduction = z.strictObject({ format: z.literal(WORK_FORMAT), version: Version, card: ModelCard });

/** Who a server is: its version and the model that it would run. */
export type Introduction = z.infer<typeof Introduction>;

export interface RemoteAnswer {
  /** Of the program there. */
  readonly version: string;
  readonly outcome: Done | { readonly refused: AppError };
}

export const encodeAnswer = (version: string, outcome: string): string =>
  `{"format":${WORK_FORMAT},"version":${JSON.stringify(version)},"outcome":${outcome}}`;

export const encodeIntroduction = (version: string, card: ModelCard): string =>
  JSON.stringify({ format: WORK_FORMAT, version, card });

/** Throws ZodError. */
export function readAnswer(value: unknown): RemoteAnswer {
  const { version, outcome } = Answer.parse(value);
  return { version, outcome: readOutcome(outcome) };
}

/** Throws ZodError. */
export const readIntroduction = (value: unknown): Introduction => Introduction.parse(value);
