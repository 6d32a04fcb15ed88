import type { CheckedRequest } from '../../contract/analyze-request.ts';
import { AppError, toAppError } from '../../errors.ts';
import type { Image, ImageIntake } from '../../image/image.ts';
import type { Detector } from '../../ports/detector.ts';
import { traced } from '../../telemetry/trace/spans.ts';
import { readTraceparent } from '../../telemetry/trace/traceparent.ts';
import { callerOf } from '../gate/caller-of.ts';
import { type PipelineInput, type PipelineParts, runPipeline } from '../pipeline.ts';
import { encodeDone, encodeRefused, modelCard } from './outcome.ts';
import { decodeWork, type Work } from './work.ts';

export interface WorkParts extends PipelineParts {
  readonly intake: Pick<ImageIntake, 'fromBytes'>;
  /** Absent: it is asked about every image. */
  readonly detectorFor?: (request: CheckedRequest) => Detector;
}

type Running = Pick<PipelineInput, 'signal' | 'step' | 'until'>;

/** The worker's side: the journey, and its outcome as text. What the caller did wrong is an outcome too. */
export async function answerWork(parts: WorkParts, entry: Buffer, running: Running): Promise<string> {
  return answerDecoded(parts, decodeWork(entry), running);
}

export async function answerDecoded(parts: WorkParts, work: Work, { signal, step, until }: Running): Promise<string> {
  try {
    const { request, size, calibration, rules, unreadable, rulesNotRead, faint } = work;
    const about = { kind: 'consumer', parent: readTraceparent(work.traceparent) } as const;
    const judged = await traced('work', about, async () => {
      const image = await imageOf(parts.intake, work);
      return runPipeline(
        { ...parts, detector: parts.detectorFor?.(request) ?? parts.detector },
        {
          ...{ request, source: { image, ...size }, calibration, rules, unreadable, rulesNotRead, signal, step },
          ...(faint !== undefined && { faint }),
          ...(until !== undefined && { until }),
          priority: work.priority,
          caller: callerOf(work),
        },
      );
    });
    return encodeDone(judged, await modelCard(parts.detector));
  } catch (thrown) {
    const error = toAppError(thrown);
    if (signal.aborted || error.http >= 500) throw error;
    return encodeRefused(error);
  }
}

/** Its facts are read from its bytes, as the server did. */
async function imageOf(intake: WorkParts['intake'], { image, bytes }: Work): Promise<Image | null> {
  if (image === null) return null;
  const { label, warnings, sha256 } = image;
  const read = await intake.fromBytes(bytes, label);
  if (read.sha256 !== sha256) throw new AppError('SYSTEM_003', { message: 'The photo is damaged on its way.' });
  return { ...read, label, warnings };
}
