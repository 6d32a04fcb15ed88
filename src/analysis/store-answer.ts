import { notStored } from '../contract/without-store.ts';
import { type ErrorCode, toAppError } from '../errors.ts';
import type { Image } from '../image/image.ts';
import type { NewAnalysis, Outcome } from '../ports/records.ts';
import { traced } from '../telemetry/trace/spans.ts';
import type { AnalysisDeps } from './deps.ts';
import { confirmImage } from './stored-image.ts';

interface Answer extends Omit<NewAnalysis, 'imageKey'> {
  readonly outcomes: readonly Outcome[];
  readonly image: Image | null;
}

/** What keeps the stores from taking it is no reason to withhold the answer. */
const CANNOT_STORE: ReadonlySet<ErrorCode> = new Set([
  'DB_001',
  'DB_002',
  'STORAGE_001',
  'STORAGE_003',
  'STORAGE_004',
  'SYSTEM_002',
]);

/**
 * Stores the answer once its image is kept, which is done with `keeping`; whether that was possible. Where it was not, the
 * answer says so.
 */
export const storeAnswer = (...given: Parameters<typeof store>): Promise<boolean> =>
  traced('store', {}, () => store(...given));

async function store(
  parts: AnalysisDeps,
  keeping: Promise<string> | null,
  { owner, analysis, image, outcomes, state }: Answer,
): Promise<boolean> {
  const { analysis_id: id, timestamp } = analysis;
  let isWritten = false;
  try {
    const imageKey = await keeping;
    await parts.records.analyses.put({ owner, analysis, imageKey, state });
    isWritten = true;
    if (imageKey && image) await confirmImage(parts, imageKey, image);
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    if (!CANNOT_STORE.has(code)) throw thrown;
    // Nobody is told of a record whose image may not be there.
    if (isWritten) await parts.records.analyses.delete(id).catch(() => false);
    parts.metrics.notStored.inc({ code });
    analysis.stored = false;
    analysis.warnings.unshift(notStored(code, message));
    return false;
  }
  parts.verdicts?.add(owner, outcomes);
  await parts.records.evaluations.append(owner, id, timestamp, outcomes).catch((thrown: unknown) => {
    // The analysis is stored all the same: who is told that it failed would make it once more.
    const { code } = toAppError(thrown);
    analysis.warnings.push(`Stored, but not counted in the statistics of its rules (${code}).`);
  });
  return true;
}
