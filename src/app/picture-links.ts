import type { AnalysisService } from '../analysis/service.ts';
import { LOCAL } from '../contract/principal.ts';
import type { PictureLink } from '../events/notices/notice.ts';

/** How long a link in a message works, seconds: the longest that there is. */
const LIFETIME_S = 86_400;
/** A message waits no longer for its picture, ms. */
const DRAWING_MS = 5000;

interface PictureLinkParts {
  /** Where people reach this server. */
  readonly base: string;
  readonly analyses: Pick<AnalysisService, 'link'>;
  readonly isUser: (id: string) => Promise<boolean>;
}

/** The picture of an analysis as its owner may hand it on; null: there is none to be had, and the message goes without. */
export function createPictureLinks({ base, analyses, isUser }: PictureLinkParts) {
  return async (analysisId: string, owner: string, signal: AbortSignal): Promise<PictureLink | null> => {
    const stop = AbortSignal.any([signal, AbortSignal.timeout(DRAWING_MS)]);
    try {
      // A link of a user ends with the user.
      const kind = (await isUser(owner)) ? 'user' : LOCAL.kind;
      const context = { principal: { ...LOCAL, id: owner, kind }, signal: stop };
      const { url, expires_at } = await analyses.link(context, analysisId, {
        of: 'annotated',
        expires_in_s: LIFETIME_S,
      });
      return { url: base.replace(/\/+$/, '') + url, expires_at };
    } catch {
      signal.throwIfAborted();
      return null;
    }
  };
}
