import type { CacheKey } from '../ports/cache.ts';

/** An entry's name in all layers. */
export const cacheName = ({ kind, subject, digest }: CacheKey): string => `${kind}:${subject}:${digest}`;

export const CACHE_NAME = /^[a-z]{1,30}:[\w-]{1,100}:[\w-]{1,100}$/;

/** What the list of the names that were asked for the most is called. */
export const HOT_NAMES = 'hot';

export const subjectOf = (name: string): string => name.split(':')[1] ?? '';
