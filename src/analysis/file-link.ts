import type { EncodedImage } from '../annotate/encoded-image.ts';
import type { FileLink, FileLinkRequest } from '../contract/file-link.ts';
import { AppError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { AnalysisDeps } from './deps.ts';

/** Pictures that were drawn for a link; they can be drawn again. */
const PREFIX = 'annotated/';
export const annotatedKey = (analysisId: string): string => `${PREFIX}${analysisId}`;

/** Longer than any link to one lives, ms. */
const KEPT_MS = 2 * 86_400_000;
const MAX_BYTES = 8 * 2 ** 20;
const EXTENSION: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' };

/** Whether a file is still one of this analysis. */
export const isFileOf = (analysisId: string, imageKey: string | null, key: string): boolean =>
  key === imageKey || key === annotatedKey(analysisId);

/** Of an analysis that the caller may read. */
export async function linkFile(
  { blobs, links, now }: Pick<AnalysisDeps, 'blobs' | 'links' | 'now'>,
  id: string,
  imageKey: string | null,
  draw: () => Promise<EncodedImage>,
  { of, expires_in_s: expiresInS }: FileLinkRequest,
  userId: string | null,
): Promise<FileLink> {
  const missing = (message: string) => new AppError('STORAGE_002', { message, details: { analysis_id: id } });
  let key = imageKey;
  if (of === 'annotated') {
    const { bytes, contentType } = await draw();
    key = annotatedKey(id);
    await blobs.put(key, bytes, contentType, { maxBytes: MAX_BYTES });
  }
  if (key === null) throw missing('There is no photo: this analysis was made of detections.');
  const found = await blobs.stat(key);
  if (found === undefined) throw missing('The stored photo is lost.');
  const fileName = `${id}.${EXTENSION[found.contentType] ?? 'bin'}`;
  const expiresAtS = Math.floor(now().getTime() / 1000) + expiresInS;
  const url = links.path({ key, analysisId: id, userId, fileName, expiresAtS });
  return {
    url,
    expires_at: new Date(expiresAtS * 1000).toISOString(),
    content_type: found.contentType,
    size_bytes: found.size,
  };
}

/** Removes pictures that no link leads to any more; how many. */
export async function sweepPictures(
  blobs: Blobs,
  { limit, signal }: { readonly limit: number; readonly signal?: AbortSignal },
): Promise<number> {
  let removed = 0;
  for await (const key of blobs.list({ prefix: PREFIX, olderThanMs: KEPT_MS, signal })) {
    if (await blobs.delete(key)) removed += 1;
    if (removed === limit) break;
  }
  return removed;
}
