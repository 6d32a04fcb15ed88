import { AppError } from '../../errors.ts';
import { VERSION } from '../../version.ts';
import { checkPoints } from '../points-check.ts';
import { answerDecoded, type WorkParts } from './answer-work.ts';
import { modelCard } from './outcome.ts';
import { encodeAnswer, encodeIntroduction } from './remote-answer.ts';
import { decodeWork, type Work } from './work.ts';

/** The journey for another server of ours that sends all it takes: nothing is read from stores, nothing is kept. */
export interface Compute {
  /** JSON text, see `readAnswer`. Throws AppError. */
  answer(work: Buffer, signal: AbortSignal): Promise<string>;
  /** JSON text, see `readIntroduction`. */
  introduction(): Promise<string>;
}

export function createCompute(parts: WorkParts, timeoutMs: number): Compute {
  return {
    async answer(work, signal) {
      const decoded = workOf(work);
      const { request, size, calibration } = decoded;
      checkPoints(request, size);
      if (calibration !== null)
        checkPoints({ zones: calibration.zones, table_corners: calibration.tablePx }, calibration);
      const late = AbortSignal.timeout(timeoutMs);
      const until = performance.now() + timeoutMs;
      try {
        const both = AbortSignal.any([signal, late]);
        return encodeAnswer(
          VERSION,
          await answerDecoded(parts, decoded, { signal: both, until, step: () => both.throwIfAborted() }),
        );
      } catch (thrown) {
        if (signal.aborted) throw new AppError('ANALYSIS_006', { cause: thrown });
        throw late.aborted ? new AppError('ANALYSIS_003', { cause: thrown }) : thrown;
      }
    },
    introduction: async () => encodeIntroduction(VERSION, await modelCard(parts.detector)),
  };
}

/** Whoever asks may be no server of ours: what cannot be read is a mistake of theirs, and none of this program. */
function workOf(entry: Buffer): Work {
  try {
    return decodeWork(entry);
  } catch (cause) {
    throw new AppError('VALIDATION_002', {
      message: 'The body is no work that another server of this version sent.',
      advice: 'This address is for servers that route analyses here: use the same version of the program on both.',
      cause,
    });
  }
}
