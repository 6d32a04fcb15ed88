export interface Page<T> {
  readonly items: readonly T[];
  /** Begins the next page; null: this was the last one. Opaque to whoever holds it. */
  readonly nextCursor: string | null;
  /** Ids of entries of this page that are stored and cannot be read; absent: there are none. */
  readonly unreadable?: string[];
}

export interface PageRequest {
  readonly limit: number;
  /** `nextCursor` of the page before; absent: the first page. Another one is VALIDATION_002. */
  readonly cursor?: string;
}
