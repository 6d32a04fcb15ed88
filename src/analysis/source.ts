import { LRUCache } from 'lru-cache';
import { can } from '../access/can.ts';
import type { CheckedRequest } from '../contract/analyze-request.ts';
import type { CallContext } from '../contract/call-context.ts';
import { AnalysisId } from '../contract/ids.ts';
import { AppError } from '../errors.ts';
import type { Image, UnreadImage } from '../image/image.ts';
import type { AnalysisDeps } from './deps.ts';
import type { Source } from './pipeline.ts';
import { ofStored, readImage } from './stored-image.ts';

/** What an image is, whether or not its bytes were read. */
export type NamedSource = Omit<Source, 'image'> & { readonly image: UnreadImage | null };

/** Stored images of which it is known what they are. */
const MOST = 2000;

/** What a request names, read; or, of what was read before, what it is. */
export function sourceReader(parts: AnalysisDeps) {
  const seen = new LRUCache<string, UnreadImage>({ max: MOST });
  return {
    /** Without reading it: null where only `read` can say, also why it cannot be read. */
    async recall(request: CheckedRequest, context: CallContext): Promise<NamedSource | null> {
      if (request.bytes || request.image === undefined || isNoiseAlone(request)) return null;
      const { image: name } = request;
      const recalled = async () => {
        const id = AnalysisId.safeParse(name.trim());
        if (!id.success) return parts.intake.recall(name, context);
        const known = seen.get((await ownImageKey(parts, context, id.data)) ?? '');
        return known ? { ...known, label: id.data } : null;
      };
      return sourceOf(await recalled().catch(() => null));
    },
    async read(request: CheckedRequest, context: CallContext): Promise<Source> {
      if (isNoiseAlone(request)) {
        throw new AppError('VALIDATION_001', {
          message: 'box_noise belongs to detections that you give; the models know their own.',
          details: { field: 'box_noise' },
        });
      }
      if (request.bytes || request.image !== undefined) {
        const image = request.bytes
          ? await parts.intake.fromBytes(request.bytes, request.image)
          : ((await storedImage(parts, context, request.image as string, seen)) ??
            (await parts.intake.open(request.image as string, context)));
        return { image, width: image.width, height: image.height };
      }
      if (!request.detections) {
        throw new AppError('VALIDATION_001', {
          message: 'Neither an image nor detections were given.',
          details: { field: 'image' },
        });
      }
      if (!request.size) {
        throw new AppError('VALIDATION_001', {
          message: 'Detections without an image need the size of the image.',
          details: { field: 'size' },
        });
      }
      return { image: null, ...request.size };
    },
  };
}

const isNoiseAlone = (request: CheckedRequest) => request.box_noise !== undefined && !request.detections;

const sourceOf = (image: UnreadImage | null): NamedSource | null =>
  image && { image, width: image.width, height: image.height };

/** The key of the image of an analysis of the caller's; null: there is none, or it was not kept. */
async function ownImageKey(
  { records }: AnalysisDeps,
  { principal }: CallContext,
  analysisId: string,
): Promise<string | null> {
  const record = await records.analyses.head(analysisId);
  return record !== null && can(principal, 'analysis:read', record) ? record.imageKey : null;
}

/** The image of an earlier analysis of the caller's, named by its id; null: this is no id. */
async function storedImage(
  parts: AnalysisDeps,
  context: CallContext,
  name: string,
  seen: LRUCache<string, UnreadImage>,
): Promise<Image | null> {
  const id = AnalysisId.safeParse(name.trim());
  if (!id.success) return null;
  const key = await ownImageKey(parts, context, id.data);
  const bytes = key === null ? undefined : await readImage(parts, key, context.signal);
  if (key === null || !bytes) {
    throw new AppError('ANALYSIS_008', {
      message: 'There is no earlier analysis with this id whose image was kept.',
      advice: 'List recent analyses, or pass the image itself: a path, an https URL, a data URL or base64.',
      details: { id: id.data },
    });
  }
  const image = await ofStored(id.data, () => parts.intake.fromBytes(bytes, id.data));
  const { bytes: _, ...unread } = image;
  seen.set(key, unread);
  return image;
}
