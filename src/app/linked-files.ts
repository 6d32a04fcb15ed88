import { isFileOf } from '../analysis/file-link.ts';
import { AppError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { AnalysisRecords } from '../ports/records.ts';
import type { LinkedFiles } from '../services.ts';
import type { SignedLinks } from '../storage/signed-links.ts';

interface LinkedFilesParts {
  readonly blobs: Pick<Blobs, 'get'>;
  readonly analyses: Pick<AnalysisRecords, 'head'>;
  /** Whether there still is a user of this id who may log in. */
  readonly isUser: (id: string) => Promise<boolean>;
  readonly links: SignedLinks;
  readonly now: () => Date;
}

/** Gives out stored files to whoever has a link that we signed, as long as there is what it was made for. */
export function createLinkedFiles({ blobs, analyses, isUser, links, now }: LinkedFilesParts): LinkedFiles {
  return {
    async open(token, signal) {
      const claim = links.read(token, now());
      if (claim === null) {
        throw new AppError('AUTH_003', {
          message: 'This link is wrong, or has expired.',
          advice: 'Ask for a new one: GET /api/v1/analyze/results/{analysis_id}/link.',
        });
      }
      const { key, analysisId, userId } = claim;
      // The same photo may be that of another analysis, which the link was not made for.
      const head = await analyses.head(analysisId);
      if (head === null || !isFileOf(analysisId, head.imageKey, key)) throw new AppError('STORAGE_002');
      if (userId !== null && !(await isUser(userId))) throw new AppError('STORAGE_002');
      const blob = await blobs.get(key, { signal });
      if (blob === undefined) throw new AppError('STORAGE_002');
      return { ...blob, fileName: claim.fileName };
    },
  };
}
