import { answer, api } from '../../api/client.ts';
import { addressOf } from '../../api/transport.ts';

export interface Photo {
  readonly href: string;
  /** With what was found drawn on it: the photo itself cannot be had. */
  readonly isAnnotated: boolean;
}

const LIFE_S = 3600;

/** The stored photo of an analysis as an address for an image; null: it is not kept. */
export async function photoOf(id: string): Promise<Photo | null> {
  const params = { path: { analysis_id: id } };
  try {
    const { url } = await answer(
      api.GET('/api/v1/analyze/results/{analysis_id}/link', {
        params: { ...params, query: { of: 'photo', expires_in_s: LIFE_S } },
      }),
    );
    const own = ownAddress(url);
    if (own !== null) return { href: own, isAnnotated: false };
  } catch {
    // Not kept, or a server that stores nothing: it may still draw.
  }
  const picture = await annotated(id, 1600).catch(() => null);
  return picture && { href: URL.createObjectURL(picture), isAnnotated: true };
}

/** Pictures come from this server alone: behind whatever prefix the page lies, as the page reaches it. */
function ownAddress(url: string): string | null {
  if (/^(data|blob):/.test(url)) return url;
  const { pathname, search } = new URL(url);
  const at = pathname.indexOf('/files/');
  return at < 0 ? null : addressOf(`${pathname.slice(at + 1)}${search}`).href;
}

/** The photo with everything drawn on it. */
export async function annotated(id: string, maxSize: number, signal?: AbortSignal): Promise<Blob> {
  const asked = api.GET('/api/v1/analyze/results/{analysis_id}/image', {
    params: { path: { analysis_id: id }, query: { max_size: maxSize } },
    parseAs: 'blob',
    ...(signal && { signal }),
  });
  return answer(asked as unknown as Promise<{ data?: Blob; response: Response }>);
}
