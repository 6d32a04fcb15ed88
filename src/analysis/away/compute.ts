import { AppError } from '../../errors.ts';
import { VERSION } from '../../version.ts';
import { answerWork, type WorkParts } from './answer-work.ts';
import { modelCard } from './outcome.ts';
import { encodeAnswer, encodeIntroduction } from './remote-answer.ts';

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
      const late = AbortSignal.timeout(timeoutMs);
      try {
        const both = AbortSignal.any([signal, late]);
        return encodeAnswer(
          VERSION,
          await answerWork(parts, work, { signal: both, step: () => both.throwIfAborted() }),
        );
      } catch (thrown) {
        if (signal.aborted) throw new AppError('ANALYSIS_006', { cause: thrown });
        throw late.aborted ? new AppError('ANALYSIS_003', { cause: thrown }) : thrown;
      }
    },
    introduction: async () => encodeIntroduction(VERSION, await modelCard(parts.detector)),
  };
}
