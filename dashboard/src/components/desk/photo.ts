import { answer, api } from '../../api/client.ts';

interface Query {
  readonly of?: 'photo';
  readonly max_size?: number;
}

export interface Photo {
  readonly href: string;
  /** With what was found drawn on it: the photo itself cannot be had. */
  readonly isAnnotated: boolean;
}

/** The stored photo of an analysis as an address for an image; null: it is not kept. */
export async function photoOf(id: string): Promise<Photo | null> {
  // Not kept, or a server that stores nothing: it may still draw.
  const photo = await pictureOf(id, { of: 'photo' }).catch(() => null);
  const picture = photo ?? (await annotated(id, 1600).catch(() => null));
  return picture && { href: addressFor(picture), isAnnotated: photo === null };
}

/** Photos in memory at once; a page shows two at most. */
const MOST_KEPT = 12;
const kept: string[] = [];

function addressFor(picture: Blob): string {
  const href = URL.createObjectURL(picture);
  kept.push(href);
  for (const old of kept.splice(0, kept.length - MOST_KEPT)) URL.revokeObjectURL(old);
  return href;
}

/** The photo with everything drawn on it. */
export const annotated = (id: string, maxSize: number, signal?: AbortSignal): Promise<Blob> =>
  pictureOf(id, { max_size: maxSize }, signal);

/** Through the page's own login: a link would be written down as handed on. */
async function pictureOf(id: string, query: Query, signal?: AbortSignal): Promise<Blob> {
  const asked = api.GET('/api/v1/analyze/results/{analysis_id}/image', {
    params: { path: { analysis_id: id }, query },
    parseAs: 'blob',
    ...(signal && { signal }),
  });
  return answer(asked as unknown as Promise<{ data?: Blob; response: Response }>);
}
