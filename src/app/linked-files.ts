import { AppError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { LinkedFiles } from '../services.ts';
import type { SignedLinks } from '../storage/disk/signed-links.ts';

/** Gives out stored files to whoever has a link that we signed. */
export function createLinkedFiles(blobs: Blobs, links: SignedLinks, now: () => Date): LinkedFiles {
  return {
    async open(token, signal) {
      const claim = links.read(token, now());
      if (claim === null) {
        throw new AppError('AUTH_003', {
          message: 'This link is wrong, or has expired.',
          advice: 'Ask for a new one: GET /api/v1/analyze/results/{analysis_id}/link.',
        });
      }
      const blob = await blobs.get(claim.key, { signal });
      if (blob === undefined) throw new AppError('STORAGE_002');
      return { ...blob, fileName: claim.fileName };
    },
  };
}
